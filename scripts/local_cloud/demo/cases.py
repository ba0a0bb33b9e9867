"""The mails that the demo sends, and what must become of each."""

import base64
import random
from dataclasses import dataclass, field

from local_cloud import ROOT
from local_cloud.deploy.seed import Rule
from local_cloud.mailbox.faults import Fault

SAMPLES = ROOT / "scripts" / "local_cloud" / "samples"
LARGE = 30 * 1024 * 1024
BOUNCE_ALL = "Everything else is returned to its sender"
RELAYS = b"".join(
    b"Received: from relay-%d.remote.example by relay-%d.remote.example (checked %s);\r\n"
    b"\tMon, 20 Jan 2025 10:00:00 +0000\r\n" % (number + 1, number, b"and " * 40 + b"sent on")
    for number in range(40)
)


@dataclass(frozen=True)
class Expected:
    """One thing that must become of a mail for one recipient."""

    outcome: str
    mailbox: str | None = None
    rule: str | None = None
    labels: tuple[str, ...] = ("INBOX", "UNREAD")


@dataclass(frozen=True)
class Case:
    """A mail, what is changed before it is sent, and what must become of it."""

    title: str
    sample: str  # empty: the large mail, which is made when it is needed
    sender: str
    expected: dict[str, tuple[Expected, ...]]  # by recipient
    verdicts: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    rules: tuple[Rule, ...] = ()  # changed before the mail is sent
    keeps_object: bool = False
    comes_far: bool = False  # so many relays that SES cuts off what the sender's header says
    description: str = BOUNCE_ALL  # of the rule by which it is bounced
    status: str = "5.1.1"  # in the report about it

    def raw(self) -> bytes:
        mail = (SAMPLES / self.sample).read_bytes() if self.sample else large_mail()
        return RELAYS + mail if self.comes_far else mail


MY, FAMILY = "me@gmail.com", "family@gmail.com"
LABEL = "Label_1"  # the id that Gmail gives the first label of a mailbox
ENDED = "The shop had this address until 2020"
RULES = (
    Rule("support@example.com", "forward-to-gmail", MY, "Support is me"),
    Rule("*@example.org", "forward-to-gmail", FAMILY, "The family's domain"),
    Rule("*", "bounce", description=BOUNCE_ALL),
)
# What the operator adds to the rules by `ses-mail`.
COMMANDS = (
    f"rules set parents@example.com forward {MY} {FAMILY}",
    f"rules set invoices@example.com forward {MY} --label {LABEL}",
    f"rules set shop-2019@example.org forward {FAMILY} --until 2020-01-01 --description '{ENDED}'",
    "senders block *@pest.example",
    "senders allow friend@remote.example",
)


def imported(rule: str, mailbox: str, *labels: str) -> Expected:
    return Expected("imported", mailbox, f"ROUTE#{rule}", ("INBOX", *labels, "UNREAD"))


ME = (imported("support@example.com", MY),)
STORED = Expected("stored")
BOUNCED = (Expected("bounced", rule="ROUTE#*"),)
SUPPRESSED = (Expected("suppressed", rule="ROUTE#*"),)
# Junk is in Gmail's Spam, and stays stored.
JUNK = (Expected("junk", MY, "ROUTE#support@example.com", ("SPAM", "UNREAD")), STORED)
FORGED = dict.fromkeys(("spam", "spf", "dkim", "dmarc"), "FAIL")
OUTAGE = (
    Fault("status", "import", 503, times=2),
    Fault("status", "import", 403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
    Fault("reset", "import"),
)
MALFORMED = Fault(
    "refuse", "any", 400, "invalidArgument", "Invalid From header", header="X-Malformed: yes"
)

SPAM = Case(
    "spam",
    "spam.eml",
    "prince@spam.example",
    {"support@example.com": JUNK},
    {"spam": "FAIL"},
    keeps_object=True,
)
REFUSED = Case(
    "Gmail never takes it",
    "malformed.eml",
    "max@remote.example",
    {"support@example.com": (Expected("refused", MY, "ROUTE#support@example.com"),)},
    faults=(MALFORMED,),
    keeps_object=True,
)

# Sent together; then, one by one, those that need the world in another state.
TOGETHER = (
    Case("exact rule", "exact.eml", "ann@remote.example", {"support@example.com": ME}),
    Case(
        "rule without +tag", "tag.eml", "billing@shop.example", {"support+invoices@example.com": ME}
    ),
    Case(
        "domain rule",
        "domain.eml",
        "granny@home.example",
        {"the.whole.family@example.org": (imported("*@example.org", FAMILY),)},
    ),
    Case(
        "two fates",
        "two-fates.eml",
        "carl@remote.example",
        {
            "support@example.com": ME,
            "left-in-2019@example.com": BOUNCED,
        },
        keeps_object=True,
    ),
    Case("30 MB", "", "photos@remote.example", {"support@example.com": ME}),
    SPAM,
    Case(
        "unknown address",
        "unknown.eml",
        "dora@remote.example",
        {"typo@example.com": BOUNCED},
        keeps_object=True,
    ),
    Case(
        "auto-reply",
        "auto-reply.eml",
        "eve@remote.example",
        {"typo@example.com": SUPPRESSED},
        keeps_object=True,
    ),
    Case(
        "list behind cut headers",
        "cut-list.eml",
        "bounce-7@lists.remote.example",
        {"typo@example.com": SUPPRESSED},
        keeps_object=True,
        comes_far=True,
    ),
    Case(
        "person behind cut headers",
        "cut-person.eml",
        "kim@remote.example",
        {"typo@example.com": BOUNCED},
        keeps_object=True,
        comes_far=True,
    ),
    Case(
        "two mailboxes",
        "two-mailboxes.eml",
        "office@school.example",
        {"parents@example.com": tuple(imported("parents@example.com", m) for m in (MY, FAMILY))},
    ),
    Case(
        "label",
        "label.eml",
        "billing@power.example",
        {"invoices@example.com": (imported("invoices@example.com", MY, LABEL),)},
    ),
    Case(
        "ended address",
        "ended.eml",
        "news@shop.example",
        {"shop-2019@example.org": (Expected("bounced", rule="ROUTE#shop-2019@example.org"),)},
        keeps_object=True,
        description=ENDED,
        status="5.2.1",
    ),
    Case(
        "blocked sender",
        "blocked.eml",
        "pest@mail.pest.example",
        {"support@example.com": (STORED,)},
        keeps_object=True,
    ),
    Case(
        "allowed sender",
        "friend.eml",
        "friend@remote.example",
        {"support@example.com": ME},
        {"spam": "FAIL"},
    ),
    Case(
        "forged as allowed",
        "forged.eml",
        "friend@remote.example",
        {"support@example.com": JUNK},
        FORGED,
        keeps_object=True,
    ),
)
ALONE = (
    REFUSED,
    Case(
        "Gmail outage",
        "outage.eml",
        "frank@remote.example",
        {"support@example.com": ME},
        faults=OUTAGE,
    ),
    Case(
        "rule for everything",
        "global.eml",
        "stray@remote.example",
        {"whoever@example.com": (imported("*", "owner@gmail.com"),)},
        rules=(Rule("*", "forward-to-gmail", "owner@gmail.com", "Everything else"),),
    ),
)


def large_mail() -> bytes:
    """A mail of 30 MB on the wire: an attachment in base64 lines."""
    head = (
        b"From: Photos <photos@remote.example>\r\nTo: support@example.com\r\n"
        b"Subject: Holiday pictures\r\nDate: Mon, 20 Jan 2025 10:09:00 +0000\r\n"
        b"Message-ID: <pictures.1@remote.example>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/octet-stream; name="pictures.bin"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    encoded = base64.b64encode(random.Random(30).randbytes(LARGE * 57 // 78))
    lines = [encoded[start : start + 76] for start in range(0, len(encoded), 76)]
    return head + b"\r\n".join(lines) + b"\r\n"

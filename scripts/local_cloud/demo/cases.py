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
    """What must become of a mail for one recipient."""

    outcome: str
    mailbox: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Case:
    """A mail, what is changed before it is sent, and what must become of it."""

    title: str
    sample: str  # empty: the large mail, which is made when it is needed
    sender: str
    expected: dict[str, Expected]  # by recipient
    verdicts: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    rules: tuple[Rule, ...] = ()  # changed before the mail is sent
    keeps_object: bool = False
    comes_far: bool = False  # so many relays that SES cuts off what the sender's header says

    def raw(self) -> bytes:
        mail = (SAMPLES / self.sample).read_bytes() if self.sample else large_mail()
        return RELAYS + mail if self.comes_far else mail


RULES = (
    Rule("support@example.com", "forward-to-gmail", "me@gmail.com", "Support is me"),
    Rule("*@example.org", "forward-to-gmail", "family@gmail.com", "The family's domain"),
    Rule("*", "bounce", description=BOUNCE_ALL),
)
ME = Expected("imported", "me@gmail.com", "ROUTE#support@example.com")
OUTAGE = (
    Fault("status", "import", 503, times=2),
    Fault("status", "import", 403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
    Fault("reset", "import"),
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
        {
            "the.whole.family@example.org": Expected(
                "imported", "family@gmail.com", "ROUTE#*@example.org"
            )
        },
    ),
    Case(
        "two fates",
        "two-fates.eml",
        "carl@remote.example",
        {
            "support@example.com": ME,
            "left-in-2019@example.com": Expected("bounced", rule="ROUTE#*"),
        },
        keeps_object=True,
    ),
    Case("30 MB", "", "photos@remote.example", {"support@example.com": ME}),
    Case(
        "spam",
        "spam.eml",
        "prince@spam.example",
        {"support@example.com": Expected("stored")},
        {"spam": "FAIL"},
        keeps_object=True,
    ),
    Case(
        "unknown address",
        "unknown.eml",
        "dora@remote.example",
        {"typo@example.com": Expected("bounced", rule="ROUTE#*")},
        keeps_object=True,
    ),
    Case(
        "auto-reply",
        "auto-reply.eml",
        "eve@remote.example",
        {"typo@example.com": Expected("suppressed", rule="ROUTE#*")},
        keeps_object=True,
    ),
    Case(
        "list behind cut headers",
        "cut-list.eml",
        "bounce-7@lists.remote.example",
        {"typo@example.com": Expected("suppressed", rule="ROUTE#*")},
        keeps_object=True,
        comes_far=True,
    ),
    Case(
        "person behind cut headers",
        "cut-person.eml",
        "kim@remote.example",
        {"typo@example.com": Expected("bounced", rule="ROUTE#*")},
        keeps_object=True,
        comes_far=True,
    ),
)
ALONE = (
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
        {"whoever@example.com": Expected("imported", "owner@gmail.com", "ROUTE#*")},
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

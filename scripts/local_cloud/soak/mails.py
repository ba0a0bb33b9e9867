"""The mails of a soak, by its seed: every kind of mail to every kind of recipient."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local_cloud.host.notification import Verdicts

HEADER = "X-Soak"
MALFORMED = "X-Malformed: yes"  # the line by which Gmail's refusal knows a mail
LARGE = 6 * 1024 * 1024  # above the limit of an upload in one request
FAR = 40  # relays, so that SES cuts off what the sender's header says

RECIPIENTS = (
    *("support@example.com", "support+news@example.com", "support+vip@example.com"),
    *("anyone@example.org", "Some.One@example.org", "closed@example.org", "parents@example.com"),
    *("everybody@example.com", "archive@example.com", "invoices@example.com", "quiet@example.com"),
    *("diary@example.com", "old@example.com", "kept-old@example.com", "new@example.com"),
    *("friends@example.com", "strict@example.com", "picky@example.com", "off@example.com"),
    *("vault@example.com", "left@example.com", "nobody@example.com", "shop-book@example.com"),
    *("shop-old-1@example.com", "shop-old-22@example.com", "shop-gone-3@example.com"),
    *("a-list@example.com", "shop-+tag@example.com", "postmaster@example.com"),
    *("abuse@example.org", "mailer-daemon@example.com"),
)


@dataclass(frozen=True)
class Mail:
    """One mail: what SES is given, and what it says of the sender."""

    number: int
    kind: str
    recipients: tuple[str, ...]
    sender: str  # the envelope's, and the address in From unless `author` is another
    author: str = ""
    verdicts: dict[str, str] = field(default_factory=dict)
    dmarc_policy: str | None = None
    lines: tuple[str, ...] = ()  # of the header, beside the usual ones
    first: bytes = b""  # before the header
    message_id: str | None = ""  # None: there is no such line; empty: the usual one
    size: int = 0
    relays: int = 0

    @property
    def name(self) -> str:
        return f"{self.number:06d}"

    @property
    def from_address(self) -> str:
        return self.author or self.sender or "nobody@remote.example"

    @property
    def ses_verdicts(self) -> Verdicts:
        return Verdicts(dict(self.verdicts), self.dmarc_policy)

    def raw(self) -> bytes:
        relays = "".join(
            f"Received: from relay-{each}.remote.example by relay-{each + 1}.remote.example "
            f"(checked {'and ' * 60}sent on);\r\n\tMon, 20 Jan 2025 10:00:00 +0000\r\n"
            for each in range(self.relays)
        )
        lines = [
            "Received: from mx.remote.example by inbound.example; Mon, 20 Jan 2025 10:00:00 +0000",
            f"From: Somebody <{self.from_address}>",
            f"To: {', '.join(self.recipients)}",
            f"Subject: soak {self.name} {self.kind}",
            "Date: Mon, 20 Jan 2025 10:00:00 +0000",
            *([] if self.message_id is None else [f"Message-ID: {self.message_id or self.own_id}"]),
            f"{HEADER}: {self.name}",
            *self.lines,
        ]
        body = f"\r\nThis is number {self.number}, caf\u00e9.\r\n" + self.filling()
        return self.first + (relays + "\r\n".join(lines) + "\r\n" + body).encode()

    @property
    def own_id(self) -> str:
        return f"<soak.{self.name}@remote.example>"

    def filling(self) -> str:
        line = f"{self.name} {'abcdefghij' * 6}\r\n"
        return line * (self.size // len(line))


def usual(number: int) -> str:
    return f"person-{number}@remote.example"


# What is unusual about the mails of a kind.
KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "ordinary": lambda n: {},
    "friend": lambda n: {"sender": f"f{n}@friend.example"},
    "boss": lambda n: {"sender": "boss@work.example"},
    "boss unproved": lambda n: {
        "sender": "boss@work.example",
        "verdicts": {"spf": "GRAY", "dmarc": "GRAY"},
    },
    "noise": lambda n: {"sender": f"n{n}@mail.noise.example"},
    "blocked sender": lambda n: {"sender": "rude@remote.example"},
    "blocked sender with a tag": lambda n: {"sender": f"rude+{n}@remote.example"},
    "blocked domain": lambda n: {"sender": f"p{n}@mail.pest.example"},
    "allowed in a blocked domain": lambda n: {"sender": "kind@pest.example"},
    "allowed sender's spam": lambda n: {
        "sender": f"f{n}@friend.example",
        "verdicts": {"spam": "FAIL"},
    },
    "forged as allowed": lambda n: {
        "sender": f"f{n}@friend.example",
        "verdicts": {"spam": "FAIL", "spf": "FAIL", "dkim": "FAIL", "dmarc": "FAIL"},
    },
    "spam": lambda n: {"verdicts": {"spam": "FAIL"}},
    "virus": lambda n: {"verdicts": {"virus": "FAIL"}},
    "virus of an allowed sender": lambda n: {
        "sender": f"f{n}@friend.example",
        "verdicts": {"virus": "FAIL"},
    },
    "dmarc reject": lambda n: {
        "verdicts": {"dmarc": "FAIL", "spf": "GRAY"},
        "dmarc_policy": "reject",
    },
    "dmarc quarantine": lambda n: {
        "verdicts": {"dmarc": "FAIL", "spf": "GRAY"},
        "dmarc_policy": "quarantine",
    },
    "dmarc none": lambda n: {"verdicts": {"dmarc": "FAIL"}, "dmarc_policy": "none"},
    "spf fail": lambda n: {"verdicts": {"spf": "FAIL", "dmarc": "GRAY"}},
    "envelope unproved": lambda n: {"verdicts": {"spf": "GRAY", "dmarc": "GRAY"}},
    "proved by dmarc": lambda n: {"verdicts": {"spf": "GRAY"}},
    "proved for another": lambda n: {
        "verdicts": {"spf": "GRAY"},
        "author": f"other-{n}@elsewhere.example",
    },
    "unsure scanner": lambda n: {"verdicts": {"spam": "GRAY", "virus": "PROCESSING_FAILED"}},
    "automatic": lambda n: {"lines": ("Auto-Submitted: auto-replied",)},
    "says it is no automat": lambda n: {"lines": ("Auto-Submitted: no",)},
    "list": lambda n: {"lines": ("List-Id: <all.remote.example>",)},
    "bulk": lambda n: {"lines": ("Precedence: bulk",)},
    "auto_reply": lambda n: {"lines": ("Precedence: auto_reply",)},
    "autorespond": lambda n: {"lines": ("X-Autorespond: yes",)},
    "wants no reply": lambda n: {"lines": ("X-Auto-Response-Suppress: DR, NDR",)},
    "Exchange's person": lambda n: {"lines": ("X-Auto-Response-Suppress: DR, OOF, AutoReply",)},
    "failed recipients": lambda n: {"lines": ("X-Failed-Recipients: a@remote.example",)},
    "report": lambda n: {
        "lines": ("Content-Type: multipart/report; report-type=delivery-status; boundary=b",)
    },
    "no sender": lambda n: {"sender": "", "author": f"daemon-{n}@remote.example"},
    "no-reply": lambda n: {"sender": f"no_reply-{n}@remote.example"},
    "mailer-daemon": lambda n: {"sender": "mailer-daemon@remote.example"},
    "verp": lambda n: {"sender": f"bounces+{n}@remote.example"},
    "no Message-ID": lambda n: {"message_id": None},
    "empty Message-ID": lambda n: {"message_id": "<>"},
    "byte order mark": lambda n: {"first": b"\xef\xbb\xbf"},
    "refused by Gmail": lambda n: {"lines": (MALFORMED,)},
    "large": lambda n: {"size": LARGE},
    "20 KB": lambda n: {"size": 20_000},
    "list behind cut headers": lambda n: {
        "lines": ("List-Id: <all.remote.example>",),
        "relays": FAR,
    },
    "person behind cut headers": lambda n: {"relays": FAR},
}
RARE = {"large": 0.2, "ordinary": 8.0}  # the others have the weight 1


def mails(seed: int, count: int, large: frozenset[int] = frozenset()) -> Iterator[Mail]:
    """Each kind once, where there are so many, then by chance; recipients in turn and by chance.

    Those of the numbers in `large` are large besides, and some mailbox gets them.
    """
    chance = Random(f"{seed} mails")
    kinds = list(KINDS)
    chance.shuffle(kinds)
    turn = chance.sample(RECIPIENTS, len(RECIPIENTS))
    weights = [RARE.get(kind, 1.0) for kind in kinds]
    for number in range(count):
        kind = kinds[number] if number < len(kinds) else chance.choices(kinds, weights)[0]
        others = chance.choice((0, 0, 0, 1, 1, 3))
        recipients = (turn[number % len(turn)], *chance.sample(RECIPIENTS, others))
        given = {"sender": usual(number), **KINDS[kind](number)}
        if number in large:
            given |= {"size": LARGE}
            recipients = (RECIPIENTS[0], *recipients)
        yield Mail(number, kind, tuple(dict.fromkeys(recipients)), **given)

"""The rules of a soak: one of each kind, and the rows of the table that they are."""

from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeSerializer

ME, FAMILY, OWNER = "me@gmail.com", "family@gmail.com", "owner@gmail.com"
SHOP, ARCHIVE = "shop@gmail.com", "archive@gmail.com"
MAILBOXES = (ME, FAMILY, OWNER, SHOP, ARCHIVE)
INVOICES = "Label_1"  # the id that Gmail gives the first label of a mailbox
PAST, FUTURE = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


@dataclass(frozen=True)
class Rule:
    """What is to become of mail to the recipients that match a pattern."""

    pattern: str
    action: str = "forward-to-gmail"
    targets: tuple[str, ...] = ()
    enabled: bool = True
    keep: bool = False
    labels: dict[str, list[str]] = field(default_factory=dict)  # by mailbox
    inbox: bool = True
    unread: bool = True
    star: bool = False
    never_spam: bool = False
    calendar: bool = False
    until: str | None = None
    then: str = "bounce"
    only_from: tuple[str, ...] = ()
    not_from: tuple[str, ...] = ()
    otherwise: str = "store"

    def attributes(self) -> dict[str, Any]:
        """The members of the rule's row, without its key; usual values are left out."""
        found: dict[str, Any] = {"action": self.action, "enabled": self.enabled}
        lists = {"targets": self.targets, "only_from": self.only_from, "not_from": self.not_from}
        found |= {name: list(value) for name, value in lists.items() if value}
        for name in ("keep", "star", "never_spam", "calendar"):
            if getattr(self, name):
                found[name] = True
        for name in ("inbox", "unread"):
            if not getattr(self, name):
                found[name] = False
        if self.labels:
            found["labels"] = self.labels
        if self.until:
            found |= {"until": self.until, "then": self.then}
        if self.only_from or self.not_from:
            found["otherwise"] = self.otherwise
        return found


RULES = (
    Rule("support@example.com", targets=(ME,)),
    Rule("support+vip@example.com", targets=(FAMILY,)),
    Rule("*@example.org", targets=(FAMILY,)),
    Rule("closed@example.org", "bounce"),
    Rule("parents@example.com", targets=(ME, FAMILY)),
    Rule("everybody@example.com", targets=MAILBOXES),
    Rule("archive@example.com", targets=(ARCHIVE,), keep=True),
    Rule("invoices@example.com", targets=(ME,), labels={ME: [INVOICES]}, star=True, unread=False),
    Rule("quiet@example.com", targets=(ME,), inbox=False, never_spam=True),
    Rule("diary@example.com", targets=(OWNER,), calendar=True),
    Rule("old@example.com", targets=(ME,), until=PAST),
    Rule("kept-old@example.com", targets=(ME,), until=PAST, then="store"),
    Rule("new@example.com", targets=(ME,), until=FUTURE),
    Rule("friends@example.com", targets=(ME,), only_from=("*@friend.example",)),
    Rule("strict@example.com", targets=(ME,), only_from=("boss@work.example",), otherwise="bounce"),
    Rule("picky@example.com", targets=(ME,), not_from=("*@noise.example",), otherwise="junk"),
    Rule("off@example.com", targets=(ME,), enabled=False),
    Rule("vault@example.com", "store"),
    Rule("left@example.com", "bounce"),
    Rule("*", "bounce"),
)
# In the order of the row: first what has the most literal characters, then the list's order.
PATTERNS = {
    "example.com": (
        Rule("shop-*@example.com", targets=(SHOP,), labels={SHOP: ["IMPORTANT"]}),
        Rule("shop-old-?@example.com", "store"),
        Rule("shop-gone*@example.com", "bounce"),
        Rule("?-list@example.com", targets=(ARCHIVE,), unread=False),
    )
}
SENDERS = {
    "*@pest.example": "block",
    "rude@remote.example": "block",
    "kind@pest.example": "allow",
    "*@friend.example": "allow",
}


def rows() -> list[dict[str, Any]]:
    """All rows, in DynamoDB's own form."""
    found = [{"PK": f"ROUTE#{each.pattern}", **each.attributes()} for each in RULES]
    for domain, patterns in PATTERNS.items():
        listed = [{"pattern": each.pattern, **each.attributes()} for each in patterns]
        found.append({"PK": f"PATTERNS#{domain}", "patterns": listed})
    for pattern, verdict in SENDERS.items():
        found.append({"PK": f"SENDER#{pattern}", "verdict": verdict, "enabled": True})
    serializer = TypeSerializer()
    return [
        {name: serializer.serialize(value) for name, value in {"SK": "RULE#v1", **row}.items()}
        for row in found
    ]

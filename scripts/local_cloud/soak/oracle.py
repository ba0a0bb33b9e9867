"""What must become of a mail: the contract's order of decision, read anew in Python.

Nothing here is taken from the functions' own answers. Only what the mails and rules of a soak use
is decided.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from local_cloud.soak.mails import MALFORMED, Mail
from local_cloud.soak.rules import PATTERNS, RULES, SENDERS, Rule
from local_cloud.soak.senders import is_machine

ROLES = ("postmaster", "abuse", "dmarc", "tlsrpt", "mailer-daemon")
JUNK_LABELS = frozenset({"SPAM", "UNREAD"})


@dataclass(frozen=True)
class Import:
    """How a mailbox gets a mail."""

    labels: frozenset[str]
    is_junk: bool = False
    never_spam: bool = False
    calendar: bool = False

    def merged(self, other: "Import") -> "Import":
        if self.is_junk != other.is_junk:
            return other if self.is_junk else self
        return Import(
            self.labels | other.labels,
            self.is_junk,
            self.never_spam or other.never_spam,
            self.calendar or other.calendar,
        )


@dataclass
class Expected:
    """What must become of one mail, for each mailbox and recipient."""

    imports: dict[str, Import] = field(default_factory=dict)  # by mailbox
    refused: set[str] = field(default_factory=set)  # mailboxes that get a notice instead
    refused_junk: set[str] = field(default_factory=set)  # mailboxes that get nothing
    bounced: set[str] = field(default_factory=set)  # recipients that a report names
    suppressed: set[str] = field(default_factory=set)  # recipients of which nobody is notified
    stored: dict[str, str | None] = field(default_factory=dict)  # recipient → reason

    @property
    def is_kept(self) -> bool:
        """Whether the stored mail stays."""
        is_done = bool(self.imports) and not self.refused and not self.refused_junk
        return not is_done or bool(self.stored or self.bounced or self.suppressed)


def expected(mail: Mail, now: datetime) -> Expected:
    found = Expected()
    verdict, junk = sender_verdict(mail), junk_reason(mail)
    if verdict == "allow":
        junk = None
    for recipient in mail.recipients:
        if mail.verdicts.get("virus") == "FAIL":
            found.stored[recipient] = "virus"
        elif verdict == "block" and not is_role(recipient):
            found.stored[recipient] = "blocked-sender"
        else:
            decide(mail, recipient, junk, now, found)
    if MALFORMED in mail.lines:
        found.refused = {name for name, each in found.imports.items() if not each.is_junk}
        found.refused_junk = {name for name, each in found.imports.items() if each.is_junk}
        found.imports = {}
    if found.bounced and must_not_be_answered(mail):
        found.suppressed, found.bounced = found.bounced, set()
    return found


def fallback(mail: Mail) -> Expected:
    """What must become of a mail whose rules could not be read at its third receive."""
    reason = junk_reason(mail) or "lookup-failed"
    return Expected(stored=dict.fromkeys(mail.recipients, reason))


def decide(mail: Mail, recipient: str, junk: str | None, now: datetime, found: Expected) -> None:
    """Adds what the rules say of one recipient."""
    rule, is_wide = rule_of(recipient)
    action, reason = ("bounce", "no-rule") if rule is None else outcome(mail, rule, now)
    if action in ("forward", "junk"):
        assert rule is not None
        is_junk = junk is not None or action == "junk"
        for mailbox in rule.targets:
            made = placed(mail, rule, mailbox, is_junk)
            known = found.imports.get(mailbox)
            found.imports[mailbox] = made if known is None else known.merged(made)
        why = junk or reason or ("keep" if rule.keep else None)
        if why is not None:
            found.stored[recipient] = why
    elif junk is not None:
        found.stored[recipient] = junk
    elif action == "bounce" and is_role(recipient) and (is_wide or rule is None):
        found.stored[recipient] = "role-address"
    elif action == "bounce":
        found.bounced.add(recipient)
    else:
        found.stored[recipient] = reason


def outcome(mail: Mail, rule: Rule, now: datetime) -> tuple[str, str | None]:
    """What the rule does with the mail: forward, junk, bounce or store; and a reason."""
    if rule.until is not None and now >= datetime.fromisoformat(rule.until):
        return rule.then, "ended"
    if not lets_in(mail, rule):
        return rule.otherwise, "sender-not-listed"
    return ("forward" if rule.action == "forward-to-gmail" else rule.action), None


def placed(mail: Mail, rule: Rule, mailbox: str, is_junk: bool) -> Import:
    if is_junk:
        return Import(JUNK_LABELS, is_junk=True)
    system = {"INBOX": rule.inbox, "UNREAD": rule.unread, "STARRED": rule.star}
    own = rule.labels.get(mailbox, [])
    labels = frozenset({*(name for name, is_given in system.items() if is_given), *own})
    calendar = rule.calendar and is_author_proved(mail)
    return Import(labels, never_spam=rule.never_spam, calendar=calendar)


def rule_of(recipient: str) -> tuple[Rule | None, bool]:
    """The first enabled rule that matches, and whether it is for other addresses too."""
    exact = {each.pattern: each for each in RULES if each.enabled}
    local, domain = recipient.lower().split("@")
    without_tag = f"{local.split('+')[0]}@{domain}" if local.find("+") > 0 else None
    for name in (f"{local}@{domain}", without_tag):
        if name in exact:
            return exact[name], False
    patterns = sorted(PATTERNS.get(domain, ()), key=lambda each: -literals(each.pattern))
    for name in (f"{local}@{domain}", without_tag):
        for each in patterns:
            if name is not None and each.enabled and glob(each.pattern).fullmatch(name):
                return each, True
    for name in (f"*@{domain}", "*"):
        if name in exact:
            return exact[name], True
    return None, True


def literals(pattern: str) -> int:
    return len(re.sub(r"[*?]", "", pattern))


def glob(pattern: str) -> re.Pattern[str]:
    parts = {"*": "[^@]*", "?": "[^@]"}
    return re.compile("".join(parts.get(each, re.escape(each)) for each in pattern))


def is_role(recipient: str) -> bool:
    return recipient.split("@")[0].split("+")[0].lower() in ROLES


def junk_reason(mail: Mail) -> str | None:
    if mail.verdicts.get("spam") == "FAIL":
        return "spam"
    is_junk = mail.verdicts.get("dmarc") == "FAIL" and mail.dmarc_policy != "none"
    return f"dmarc-{mail.dmarc_policy}" if is_junk and mail.dmarc_policy else None


def senders(mail: Mail) -> dict[str, bool]:
    """The mail's senders, and whether each is proved."""
    is_envelope_proved = mail.verdicts.get("spf", "PASS") == "PASS"
    found = {mail.sender: is_envelope_proved} if mail.sender else {}
    author = mail.from_address
    return found | {author: is_author_proved(mail) or found.get(author, False)}


def is_author_proved(mail: Mail) -> bool:
    """Whether the address in From is proved: never behind headers that SES has cut off."""
    return not mail.relays and mail.verdicts.get("dmarc", "PASS") == "PASS"


def sender_verdict(mail: Mail) -> str | None:
    """The most specific row of each address counts, an allowed one only where it is proved."""
    rows: list[tuple[str, bool]] = []  # verdict, and whether the row is for a domain
    for address, is_proved in senders(mail).items():
        local, domain = address.split("@")
        labels = domain.split(".")
        names = [address, f"{local.split('+')[0]}@{domain}"]
        names += [f"*@{'.'.join(labels[start:])}" for start in range(len(labels) - 1)]
        for position, name in enumerate(names):
            verdict = SENDERS.get(name)
            is_stranger = position == 1 and name != address  # the address without its tag
            if verdict == "block" or (verdict == "allow" and is_proved and not is_stranger):
                rows.append((verdict, name.startswith("*")))
                break
    is_exactly_allowed = ("allow", False) in rows
    if ("block", False) in rows or (("block", True) in rows and not is_exactly_allowed):
        return "block"
    return "allow" if any(verdict == "allow" for verdict, _ in rows) else None


def lets_in(mail: Mail, rule: Rule) -> bool:
    every = senders(mail)
    if any(matches(each, address) for address in every for each in rule.not_from):
        return False
    proved = [address for address, is_proved in every.items() if is_proved]
    return not rule.only_from or any(matches(p, a) for a in proved for p in rule.only_from)


def matches(pattern: str, address: str) -> bool:
    if not pattern.startswith("*@"):
        return address == pattern
    domain = address.split("@")[1]
    return domain == pattern[2:] or domain.endswith(f".{pattern[2:]}")


def must_not_be_answered(mail: Mail) -> bool:
    verdicts = {name: mail.verdicts.get(name, "PASS") for name in ("spam", "virus", "spf", "dmarc")}
    if "FAIL" in verdicts.values() or is_machine(mail):
        return True
    domain = mail.sender.partition("@")[2]
    author = mail.from_address.partition("@")[2]
    is_aligned = domain == author or domain.endswith(f".{author}")
    return verdicts["spf"] != "PASS" and not (is_author_proved(mail) and is_aligned)

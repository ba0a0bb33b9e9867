"""The account of each mail: what is seen of it, compared with what must have become of it.

A mailbox may get a mail once more where the outcome of an import was unknown: Gmail merges it with
the first, by its Message-ID. A report may be sent once more for the same reason. Both only after a
delivery to the function failed.
"""

from collections import Counter
from dataclasses import dataclass, field

from local_cloud.mailbox.store import Stored
from local_cloud.soak.mails import Mail
from local_cloud.soak.oracle import Expected, Import
from local_cloud.soak.seen import Seen


@dataclass
class Account:
    """What became of one mail."""

    mail: Mail
    message_id: str
    states: Counter[str] = field(default_factory=Counter)  # one for each recipient and mailbox
    problems: list[str] = field(default_factory=list)
    lost: int = 0
    twice: int = 0
    merged: int = 0  # imports in the window, which Gmail merged
    repeated: int = 0  # reports in the window


def account(mail: Mail, message_id: str, expected: Expected, seen: Seen) -> Account:
    made = Account(mail, message_id)
    look_at_mailboxes(made, expected, seen)
    look_at_notices(made, expected, seen)
    look_at_reports(made, expected, seen)
    look_at_decision(made, expected, seen)
    look_at_ledger(made, expected, seen)
    if message_id in seen.waiting:
        made.problems.append(f"it is still in {seen.waiting[message_id]}")
    is_there = message_id in seen.objects
    if is_there != expected.is_kept:
        made.problems.append(f"the stored mail is {'still there' if is_there else 'gone'}")
        made.lost += 0 if is_there else 1
    return made


def look_at_mailboxes(made: Account, expected: Expected, seen: Seen) -> None:
    found: dict[str, list[Stored]] = {}
    for each in seen.imports.get(made.mail.name, []):
        found.setdefault(each.mailbox, []).append(each)
    for mailbox, wanted in expected.imports.items():
        arrived = found.pop(mailbox, [])
        if not arrived:
            made.lost += 1
            made.problems.append(f"{mailbox} does not have it")
            continue
        made.states["junk" if wanted.is_junk else "imported"] += 1
        again = sum(each.imports for each in arrived) - 1
        allowed = failures(made, seen, "gmail-forwarder")
        if len(arrived) > 1 or again > allowed:
            made.twice += 1
            made.problems.append(
                f"{mailbox} has {len(arrived)} of it after {again + 1} imports,"
                f" and {allowed} deliveries failed"
            )
        made.merged += min(again, allowed)
        made.problems += [f"{mailbox}: {each}" for each in wrong(made, arrived[0], wanted)]
    made.problems += [f"{each} has it and must not" for each in found]


def wrong(made: Account, arrived: Stored, wanted: Import) -> list[str]:
    found = []
    if frozenset(arrived.labels) != wanted.labels:
        found.append(f"labels {arrived.labels}, not {sorted(wanted.labels)}")
    options = {
        "internalDateSource": "receivedTime",
        "neverMarkSpam": str(wanted.never_spam).lower(),
        "processForCalendar": str(wanted.calendar).lower(),
    }
    given = {"neverMarkSpam": "false", "processForCalendar": "false", **arrived.options}
    found += [
        f"{name} is {given.get(name)}" for name in options if given.get(name) != options[name]
    ]
    if arrived.raw != as_imported(made, wanted):
        found.append("other bytes than those that came")
    return found


def as_imported(made: Account, wanted: Import) -> bytes:
    raw = made.mail.raw()
    if wanted.is_junk:  # a Message-ID of its own, so that Gmail merges it with no other mail
        own = f"Message-ID: <{made.message_id}.junk@ses-mail.invalid>\r\n".encode()
        return own + raw.replace(b"\r\nMessage-ID:", b"\r\nX-Original-Message-ID:", 1)
    if made.mail.message_id in (None, "<>"):
        return f"Message-ID: <{made.message_id}@ses-mail.invalid>\r\n".encode() + raw
    return raw


def look_at_notices(made: Account, expected: Expected, seen: Seen) -> None:
    notices = Counter(each.mailbox for each in seen.notices.get(made.message_id, []))
    for mailbox in sorted(expected.refused | set(notices)):
        if mailbox not in expected.refused:
            made.problems.append(f"{mailbox} has a notice and must not")
        elif notices[mailbox] != 1:
            made.lost += 1 if not notices[mailbox] else 0
            made.twice += 1 if notices[mailbox] > 1 else 0
            made.problems.append(f"{mailbox} has {notices[mailbox]} notices of its refusal")
        else:
            made.states["refused, with a notice"] += 1
    made.states["junk refused, stored"] += len(expected.refused_junk)


def look_at_reports(made: Account, expected: Expected, seen: Seen) -> None:
    reports = Counter(seen.reports.get(made.mail.name, []))
    allowed = failures(made, seen, "bouncer")
    for recipient in sorted(expected.bounced | set(reports)):
        if recipient not in expected.bounced:
            made.problems.append(f"a report names {recipient} and must not")
        elif not reports[recipient]:
            made.lost += 1
            made.problems.append(f"no report names {recipient}")
        else:
            made.states["bounced"] += 1
            again = reports[recipient] - 1
            if again > allowed:
                made.twice += 1
                made.problems.append(f"{again + 1} reports name {recipient}")
            made.repeated += min(again, allowed)
    if seen.reported_to.get(made.mail.name, set()) - {made.mail.sender}:
        made.problems.append(f"a report went to {seen.reported_to[made.mail.name]}")
    made.states["bounce suppressed, stored"] += len(expected.suppressed)


def look_at_decision(made: Account, expected: Expected, seen: Seen) -> None:
    """What is stored has a reason, which stands in the decision."""
    actions = seen.decisions.get(made.message_id)
    if actions is None:
        made.lost += 1
        made.problems.append("it was never routed")
        return
    targets = actions["store"]["targets"]
    stored = {each["target"]: each.get("reason") for each in targets}
    if stored != expected.stored:
        made.problems.append(f"stored for {stored}, not for {expected.stored}")
    for reason in expected.stored.values():
        made.states[f"stored: {reason or 'by its rule'}"] += 1


def look_at_ledger(made: Account, expected: Expected, seen: Seen) -> None:
    wanted = {
        f"{'JUNK' if each.is_junk else 'GMAIL'}#{mailbox}": "done"
        for mailbox, each in expected.imports.items()
    }
    wanted |= {f"GMAIL#{mailbox}": "refused" for mailbox in expected.refused}
    wanted |= {f"BOUNCE#{recipient}": "done" for recipient in expected.bounced}
    rows = seen.ledger.get(made.message_id, {})
    for key, state in wanted.items():
        if rows.get(key) != state:
            made.problems.append(f"the ledger has {key} as {rows.get(key)}, not as {state}")


def failures(made: Account, seen: Seen, function: str) -> int:
    """How often a delivery of the mail to a function has failed."""
    return sum(
        count
        for (message_id, name), count in seen.failures.items()
        if message_id == made.message_id and function in name
    )

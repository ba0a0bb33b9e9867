"""What became of the newest mails, and where to look at what arrived of each."""

from typing import Any

from local_cloud.host.journal import Mail
from local_cloud.process.world import World
from local_cloud.report.evidence import Evidence, find_import, find_notice
from local_cloud.report.status import report

NEWEST = 200
SETUP = "AMAZON_SES_SETUP_NOTIFICATION"
MOVING = ("in flight", "waiting")
IN_A_MAILBOX = ("imported", "junk", "refused")


def newest(world: World, most: int = NEWEST) -> list[dict[str, Any]]:
    """The newest mails first, each with what became of it."""
    mails = [each for each in world.journal.mails() if is_mail(each)]
    return reported(world, mails[: -most - 1 : -1])


def one(world: World, message_id: str) -> dict[str, Any] | None:
    mails = [each for each in world.journal.mails() if each.message_id == message_id]
    return next(iter(reported(world, mails)), None)


def is_mail(mail: Mail) -> bool:
    return mail.message_id not in (SETUP, "?")


def reported(world: World, mails: list[Mail]) -> list[dict[str, Any]]:
    if not mails:
        return []
    evidence = world.evidence()
    return [described(mail, evidence) for mail in mails]


def described(mail: Mail, evidence: Evidence) -> dict[str, Any]:
    found = report(mail, evidence)
    for recipient in found["recipients"]:
        recipient["arrivedAs"] = arrived_as(mail, recipient, evidence)
    return found | {
        "subject": mail.received.get("subject"),
        "from": mail.received.get("from"),
        "verdicts": mail.received.get("verdicts", {}),
    }


def arrived_as(mail: Mail, recipient: dict[str, Any], evidence: Evidence) -> str | None:
    """The id of the message in the recipient's mailbox."""
    outcome = recipient["outcome"]
    if outcome not in IN_A_MAILBOX:
        return None
    target = {"destination": recipient.get("destination") or "", "junk": outcome == "junk"}
    find = find_notice if outcome == "refused" else find_import
    arrived = find(mail, target, evidence.imports)
    return str(arrived["id"]) if arrived else None


def in_words(mails: list[dict[str, Any]]) -> str:
    """One sentence for the status line."""
    moving = sum(1 for each in mails if not each["isSettled"])
    if not moving:
        return "Nothing moves."
    return f"{moving} {'mail moves' if moving == 1 else 'mails move'}."

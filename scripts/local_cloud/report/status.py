"""What became of each mail, stage by stage and recipient by recipient. Pure: evidence in, report
out.

The outcome is read from what can be seen outside: the mailbox, what SES has sent, the queues.
"""

from typing import Any

from local_cloud.host.journal import Entry, Mail, mail_of_event, mail_of_notification
from local_cloud.report.evidence import (
    Evidence,
    InQueue,
    addresses,
    find_bounce,
    find_import,
    find_in_queues,
    find_notice,
)

FINAL = {
    "imported",
    "junk",
    "refused",
    "bounced",
    "suppressed",
    "stored",
    "dead-letter",
    "dropped",
    "lost",
}


def report(mail: Mail, evidence: Evidence) -> dict[str, Any]:
    routed = [each for each in mail.entries if each["stage"] == "route"]
    decision = next(
        (d for each in reversed(routed) if each["problem"] is None for d in each["decision"]), None
    )
    if decision is not None:
        recipients = [
            outcome
            for action, part in decision.items()
            for target in part.get("targets", [])
            for outcome in [of_target(mail, action, target, evidence)]
        ]
    else:
        recipients = undecided(mail, routed, evidence)
    return {
        "messageId": mail.message_id,
        "source": mail.received.get("source"),
        "receivedAt": mail.received.get("at"),
        "size": mail.received.get("size"),
        "refused": mail.received.get("refused", []),
        "stages": stages(mail),
        "recipients": recipients,
        "isSettled": all(is_final(each) for each in recipients) and not is_moving(mail, evidence),
    }


def is_moving(mail: Mail, evidence: Evidence) -> bool:
    """Whether the mail may be under way again: it can be routed more than once."""
    live = [queue for queue in evidence.queues if not queue["deadLetterQueueOf"]]
    return any(
        find_in_queues(mail.message_id, live, read)
        for read in (mail_of_notification, mail_of_event)
    )


def is_final(recipient: dict[str, Any]) -> bool:
    """An import counts when its handler has finished too: it deletes the object afterwards."""
    return recipient["outcome"] in FINAL and recipient.get("isHandled", True)


def stages(mail: Mail) -> list[Entry]:
    """Each step with its time after the mail's arrival and its duration."""
    start = mail.received.get("at")
    found = (
        []
        if start is None
        else [
            {"stage": "receive", "at": start, "afterSeconds": 0.0, "seconds": 0.0, "problem": None}
        ]
    )
    for entry in mail.entries:
        found.append(
            {
                "stage": entry["stage"],
                "function": entry["function"],
                "at": entry["at"],
                "afterSeconds": None if start is None else round(entry["startedAt"] - start, 3),
                "seconds": round(entry["seconds"], 3),
                "receiveCount": entry["receiveCount"],
                "problem": entry["problem"],
                "requestId": entry["requestId"],
            }
        )
    return found


def undecided(mail: Mail, routed: list[Entry], evidence: Evidence) -> list[dict[str, Any]]:
    held = find_in_queues(mail.message_id, evidence.queues, mail_of_notification)
    if routed and routed[-1]["problem"] is None:
        outcome, why = "dropped", "the router made no event of it"
    elif held is not None:
        outcome, why = state_of(held)
        why = f"{why}; {routed[-1]['problem']}" if routed else why
    else:
        outcome, why = "in flight", "not routed yet"
    return [
        {"recipient": each, "action": None, "outcome": outcome, "detail": why}
        for each in mail.received.get("recipients", ["?"])
    ]


def of_target(
    mail: Mail, action: str, target: dict[str, Any], evidence: Evidence
) -> dict[str, Any]:
    recipient = str(target.get("target"))
    base = {
        "recipient": recipient,
        "action": action,
        "rule": target.get("rule"),
        "reason": target.get("reason"),
        "destination": target.get("destination"),
    }
    if action == "store":
        return base | {"outcome": "stored", "detail": target.get("reason") or "by its rule"}
    queue = evidence.routes.get(action)
    done = next(
        (
            each
            for each in mail.entries
            if each["stage"] == "handle" and each["queue"] == queue and each["problem"] is None
        ),
        None,
    )
    tries = sum(1 for each in mail.entries if each["stage"] == "handle" and each["queue"] == queue)
    base["tries"] = tries
    if action == "forward-to-gmail":
        arrived = find_import(mail, target, evidence.imports)
        if arrived is not None:
            place = "'s Spam" if target.get("junk") else ""
            return base | {
                "outcome": "junk" if target.get("junk") else "imported",
                "at": arrived["arrivedAt"],
                "detail": f"{arrived['mailbox']}{place} by {arrived['via']} upload",
                "imports": arrived["imports"],
                "isHandled": done is not None or is_given_up(mail, evidence, queue),
            }
        notice = find_notice(mail, target, evidence.imports)
        if notice is not None and done is not None:
            return base | {
                "outcome": "refused",
                "at": notice["arrivedAt"],
                "detail": f"{notice['mailbox']} has a notice",
            }
        if target.get("junk") and done is not None:
            return base | {"outcome": "refused", "detail": "junk, of which nobody is notified"}
    elif action == "bounce":
        sent = find_bounce(mail, recipient, queue, evidence.outbox)
        if sent is not None:
            return base | {
                "outcome": "bounced",
                "at": sent["sentAt"],
                "detail": f"report sent to {addresses(sent)}",
                "sesMessageId": sent["messageId"],
            }
        if done is not None:
            return base | {
                "outcome": "suppressed",
                "at": done["at"],
                "detail": "handled, and no report was sent",
            }
    held = find_in_queues(mail.message_id, evidence.queues, mail_of_event, queue)
    if held is not None:
        outcome, why = state_of(held)
        problem = next(
            (
                each["problem"]
                for each in reversed(mail.entries)
                if each["stage"] == "handle" and each["queue"] == queue
            ),
            None,
        )
        return base | {"outcome": outcome, "detail": f"{why}; {problem}" if problem else why}
    if done is not None:
        return base | {"outcome": "lost", "detail": "handled, but nothing arrived anywhere"}
    return base | {"outcome": "in flight", "detail": "on its way to its queue"}


def is_given_up(mail: Mail, evidence: Evidence, queue: str | None) -> bool:
    held = find_in_queues(mail.message_id, evidence.queues, mail_of_event, queue)
    return held is not None and held.is_dead_letter


def state_of(held: InQueue) -> tuple[str, str]:
    if held.is_dead_letter:
        return "dead-letter", f"after {held.receive_count} receives"
    if held.seconds > 0:
        return "waiting", f"receive {held.receive_count}, visible again in {held.seconds:.0f} s"
    return "waiting", "in its queue"

"""What can be seen of a mail from outside: in queues, in mailboxes, in what SES has sent."""

import base64
import json
from dataclasses import dataclass
from email.parser import BytesParser
from typing import Any

from local_cloud.host.journal import Mail


@dataclass(frozen=True)
class Evidence:
    """Queues, sent mail, mailboxes and routes at one moment."""

    queues: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    imports: list[dict[str, Any]]
    routes: dict[str, str]  # action → queue ARN


@dataclass(frozen=True)
class InQueue:
    """A message that is in a queue."""

    is_dead_letter: bool
    receive_count: int
    seconds: float


def find_in_queues(
    message_id: str, queues: list[dict[str, Any]], read: Any, source: str | None = None
) -> InQueue | None:
    """Where the mail's message is now: in its queue, or in that queue's dead-letter queue."""
    for queue in queues:
        is_dead_letter = bool(queue["deadLetterQueueOf"])
        if (
            source is not None
            and queue["arn"] != source
            and source not in queue["deadLetterQueueOf"]
        ):
            continue
        for message in queue["messages"]:
            if message_id in message["body"] and read(message["body"]) == message_id:
                return InQueue(is_dead_letter, message["receiveCount"], message["visibleInSeconds"])
    return None


def find_import(
    mail: Mail, target: dict[str, Any], imports: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The imported mail: the stored bytes, or those with the Message-ID line that the forwarder
    adds. Junk always has such a line of its own.
    """
    mailbox = str(target.get("destination", "")).lower()
    is_junk = bool(target.get("junk"))
    added = f"<{mail.message_id}{'.junk' if is_junk else ''}@ses-mail.invalid>"
    for each in imports:
        is_whole = not is_junk and each["sha256"] == mail.received.get("sha256")
        if each["mailbox"] == mailbox and (is_whole or each["messageId"] == added):
            return each
    return None


def find_notice(
    mail: Mail, target: dict[str, Any], imports: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """What the mailbox has in place of a mail that Gmail refuses."""
    mailbox = str(target.get("destination", "")).lower()
    name = f"<{mail.message_id}.refused@ses-mail.invalid>"
    found = (each for each in imports if (each["mailbox"], each["messageId"]) == (mailbox, name))
    return next(found, None)


def find_bounce(
    mail: Mail, recipient: str, queue: str | None, outbox: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """A message about the mail, sent by the environment that handled it, while it did."""
    for sent in outbox:
        for entry in mail.entries:
            if entry["stage"] != "handle" or entry["queue"] != queue:
                continue
            ended_at = entry["startedAt"] + entry["seconds"]
            during = entry["startedAt"] <= (sent["sentAt"] or 0) <= ended_at
            if (
                during
                and sent["accessKeyId"] == entry["accessKeyId"]
                and names_recipient(sent, recipient)
            ):
                return sent
    return None


def names_recipient(sent: dict[str, Any], recipient: str) -> bool:
    raw = base64.b64decode(sent["rawBase64"])
    if not raw:
        return recipient in json.dumps(sent)
    for part in BytesParser().parsebytes(raw).walk():
        payload = part.get_payload(decode=True)
        text = payload if isinstance(payload, bytes) else str(part).encode()
        if recipient.lower().encode() in text.lower():
            return True
    return False


def addresses(sent: dict[str, Any]) -> str:
    found = sent["destinations"]
    if isinstance(found, dict):
        found = [each for kind in found.values() for each in kind]
    return ", ".join(dict.fromkeys(str(each) for each in found))

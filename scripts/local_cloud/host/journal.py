"""What has happened to each mail so far. The parts write it, `status` reads it."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_cloud.host.notification import decoded, headers_of
from local_cloud.host.outcome import Outcome

Entry = dict[str, Any]
LONGEST_HEADER = 2000


@dataclass
class Mail:
    """One received mail and what the parts have written about it, oldest first."""

    message_id: str
    received: Entry
    entries: list[Entry] = field(default_factory=list)


class Journal:
    """The entries about all mails, and a way to wait for the next one."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._mails: dict[str, Mail] = {}
        self._condition = threading.Condition()
        self._version = 0

    def mails(self) -> list[Mail]:
        with self._condition:
            return [Mail(m.message_id, m.received, list(m.entries)) for m in self._mails.values()]

    def wait(self, since: int, timeout_seconds: float) -> int:
        """Waits until something is written after version `since`; returns the version now."""
        with self._condition:
            self._condition.wait_for(lambda: self._version > since, timeout_seconds)
            return self._version

    def touch(self) -> None:
        """Something has happened elsewhere that a waiting reader may want to see."""
        with self._condition:
            self._note()

    def received(self, message_id: str, raw: bytes, facts: Entry) -> None:
        entry = {
            "at": self._clock(),
            "size": len(raw),
            "sha256": hashlib.sha256(raw).hexdigest(),
            **{name: header(raw, name) for name in ("from", "subject")},
            **facts,
        }
        with self._condition:
            self._mails[message_id] = Mail(message_id, entry)
            self._note()

    def routed(
        self,
        queue_arn: str,
        function: str,
        message: Entry,
        outcome: Outcome,
        elements: list[Any],
        problem: str | None,
    ) -> None:
        message_id = mail_of_notification(message["Body"])
        mine = [
            each
            for each in elements
            if isinstance(each, dict) and each.get("originalMessageId") in (message_id, None)
        ]
        self._add(
            message_id,
            {
                "stage": "route",
                "queue": queue_arn,
                "function": function,
                "problem": problem,
                "decision": [each.get("actions") for each in mine],
                **self._facts_of(message, outcome),
            },
        )

    def handled(
        self, queue_arn: str, function: str, message: Entry, outcome: Outcome, has_failed: bool
    ) -> None:
        problem = (
            None
            if not has_failed
            else ("named in batchItemFailures" if outcome.is_success else outcome.message)
        )
        self._add(
            mail_of_event(message["Body"]),
            {
                "stage": "handle",
                "queue": queue_arn,
                "function": function,
                "problem": problem,
                **self._facts_of(message, outcome),
            },
        )

    def _add(self, message_id: str, entry: Entry) -> None:
        with self._condition:
            mail = self._mails.setdefault(message_id, Mail(message_id, {}))
            mail.entries.append(entry)
            self._note()

    def _facts_of(self, message: Entry, outcome: Outcome) -> Entry:
        return {
            "at": self._clock(),
            "seconds": outcome.seconds,
            "startedAt": outcome.started_at,
            "accessKeyId": outcome.access_key_id,
            "requestId": outcome.request_id,
            "receiveCount": int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
        }

    def _note(self) -> None:
        self._version += 1
        self._condition.notify_all()


def header(raw: bytes, name: str) -> str | None:
    """The value of the first header of this name, decoded."""
    values = (value for field, value in headers_of(raw) if field.lower() == name)
    return next((decoded(value[:LONGEST_HEADER]) for value in values), None)


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def mail_of_notification(body: str) -> str:
    """The mail's id in an SES notification, bare or within SNS's envelope."""
    value = parsed(body)
    if isinstance(value, dict) and "Message" in value:
        value = parsed(str(value["Message"]))
    mail = value.get("mail") if isinstance(value, dict) else None
    return str(mail.get("messageId", "?")) if isinstance(mail, dict) else "?"


def mail_of_event(body: str) -> str:
    value = parsed(body)
    detail = value.get("detail", value) if isinstance(value, dict) else None
    return str(detail.get("originalMessageId", "?")) if isinstance(detail, dict) else "?"

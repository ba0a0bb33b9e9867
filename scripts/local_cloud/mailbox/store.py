"""The mail in each mailbox: raw bytes, labels and threads; an equal Message-ID is merged."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud.host.notification import headers_of


@dataclass
class Stored:
    """One message in a mailbox."""

    id: str
    thread: str  # the id of its first message
    mailbox: str
    raw: bytes
    labels: list[str]
    options: dict[str, str]
    message_id: str | None
    via: str  # multipart, resumable, media or json
    arrived_at: float
    imports: int = 1

    def summary(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "threadId": self.thread,
            "mailbox": self.mailbox,
            "messageId": self.message_id,
            "subject": first(self.raw, "subject"),
            "size": len(self.raw),
            "labels": self.labels,
            "sha256": hashlib.sha256(self.raw).hexdigest(),
            "imports": self.imports,
            "via": self.via,
            "options": self.options,
            "arrivedAt": self.arrived_at,
        }


class Store:
    """The messages of all mailboxes."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._messages: list[Stored] = []

    def put(
        self, mailbox: str, raw: bytes, labels: list[str], options: dict[str, str], via: str
    ) -> Stored:
        found = first(raw, "message-id")
        # A long one may stand on the line below the field's name.
        message_id = found.strip() if found is not None else None
        with self._lock:
            for each in self._messages:
                if message_id and (each.mailbox, each.message_id) == (mailbox, message_id):
                    each.labels = sorted({*each.labels, *labels})
                    each.imports += 1
                    return each
            identifier = secrets.token_hex(8)
            stored = Stored(
                identifier,
                self._thread(mailbox, raw) or identifier,
                mailbox,
                raw,
                sorted(labels),
                options,
                message_id,
                via,
                self._clock(),
            )
            self._messages.append(stored)
            return stored

    def _thread(self, mailbox: str, raw: bytes) -> str | None:
        """The thread of the newest message that this one answers: that is named in References or
        In-Reply-To, and has the same subject
        (https://developers.google.com/workspace/gmail/api/guides/threads).
        """
        fields = (first(raw, name) or "" for name in ("references", "in-reply-to"))
        named = set(re.findall(r"<[^<>]*>", " ".join(fields)))
        for each in reversed(self._messages):
            is_answered = each.mailbox == mailbox and each.message_id in named
            if is_answered and topic(each.raw) == topic(raw):
                return each.thread
        return None

    def messages(self, mailbox: str | None = None) -> list[Stored]:
        with self._lock:
            return [m for m in self._messages if mailbox is None or m.mailbox == mailbox]

    def find(self, identifier: str) -> Stored | None:
        return next((m for m in self.messages() if m.id == identifier), None)

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()


def first(raw: bytes, name: str) -> str | None:
    """The value of the first header field of that name, which is in lower case."""
    return next((value for field, value in headers_of(raw) if field.lower() == name), None)


def topic(raw: bytes) -> str:
    """The subject without what answers put before it."""
    subject = " ".join((first(raw, "subject") or "").split())
    return re.sub(r"^((re|fwd?|aw)\s*:\s*)+", "", subject, flags=re.IGNORECASE).lower()

"""The mail in each mailbox: raw bytes and labels; an equal Message-ID is merged."""

import hashlib
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
    mailbox: str
    raw: bytes
    labels: list[str]
    options: dict[str, str]
    message_id: str | None
    via: str  # multipart, resumable, media or json
    arrived_at: float
    imports: int = 1

    def summary(self) -> dict[str, Any]:
        subject = next((v for n, v in headers_of(self.raw) if n.lower() == "subject"), None)
        return {
            "id": self.id,
            "mailbox": self.mailbox,
            "messageId": self.message_id,
            "subject": subject,
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
        found = (value for name, value in headers_of(raw) if name.lower() == "message-id")
        # A long one may stand on the line below the field's name.
        message_id = next((value.strip() for value in found), None)
        with self._lock:
            for each in self._messages:
                if message_id and (each.mailbox, each.message_id) == (mailbox, message_id):
                    each.labels = sorted({*each.labels, *labels})
                    each.imports += 1
                    return each
            stored = Stored(
                secrets.token_hex(8),
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

    def messages(self, mailbox: str | None = None) -> list[Stored]:
        with self._lock:
            return [m for m in self._messages if mailbox is None or m.mailbox == mailbox]

    def find(self, identifier: str) -> Stored | None:
        return next((m for m in self.messages() if m.id == identifier), None)

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()

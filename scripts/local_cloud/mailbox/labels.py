"""The labels of each mailbox: Gmail's own, and those that its owner made. Mail names them by id.

https://developers.google.com/workspace/gmail/api/guides/labels
"""

import threading
from typing import Any

from local_cloud.connection.exchange import Answer, Asked
from local_cloud.mailbox.faults import google_error

PLACES = {"INBOX", "SPAM", "TRASH"}  # a message is in one of them at most
GIVEN = ("CHAT", "DRAFT", "SENT")  # Gmail's own, which no program may give
SYSTEM = (
    *sorted(PLACES),
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    *(f"CATEGORY_{name}" for name in ("PERSONAL", "SOCIAL", "PROMOTIONS", "UPDATES", "FORUMS")),
)


class Labels:
    """The labels that the owners of the mailboxes made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, dict[str, str]] = {}  # mailbox → id → name

    def wrong(self, mailbox: str, ids: list[str]) -> Answer | None:
        """Gmail's refusal of labels with which it takes no message."""
        known = {*SYSTEM, *self._made.get(mailbox, {})}
        for label in ids:
            if label not in known:
                return google_error(400, "invalidArgument", f"Invalid label: {label}")
        if len(PLACES.intersection(ids)) > 1:
            return google_error(400, "invalidArgument", "Invalid labelIds: more than one place")
        return None

    def make(self, mailbox: str, name: str) -> str | None:
        """The id of a new label; None where the mailbox has one of that name."""
        with self._lock:
            made = self._made.setdefault(mailbox, {})
            if name.lower() in (each.lower() for each in made.values()):
                return None
            identifier = f"Label_{len(made) + 1}"
            made[identifier] = name
        return identifier

    def answer(self, asked: Asked, mailbox: str) -> Answer:
        """`users.labels.list` and `users.labels.create`."""
        if asked.method == "GET":
            return Answer.of_json({"labels": self.every(mailbox)})
        try:
            return self._create(mailbox, str(asked.json().get("name") or "").strip())
        except ValueError:
            return google_error(400, "parseError", "Parse Error")

    def every(self, mailbox: str) -> list[dict[str, Any]]:
        """Gmail's own labels, and those that the owner made."""
        made = self._made.get(mailbox, {})
        return [
            *({"id": label, "name": label, "type": "system"} for label in SYSTEM + GIVEN),
            *({"id": label, "name": name, "type": "user"} for label, name in made.items()),
        ]

    def _create(self, mailbox: str, name: str) -> Answer:
        if not name or name.upper() in SYSTEM + GIVEN:
            return google_error(400, "invalidArgument", "Invalid label name")
        identifier = self.make(mailbox, name)
        if identifier is None:
            return google_error(409, "aborted", "Label name exists or conflicts")
        return Answer.of_json({"id": identifier, "name": name, "type": "user"})

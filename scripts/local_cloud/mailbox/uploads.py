"""Resumable uploads: each session and the bytes that have come so far.

https://developers.google.com/workspace/gmail/api/guides/uploads#resumable
A session whose upload is complete says so when it is asked again:
https://cloud.google.com/storage/docs/performing-resumable-uploads#status-check
"""

import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from local_cloud.connection.exchange import Answer

GRANULE = 256 * 1024
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass
class Upload:
    """One resumable upload: its metadata and the bytes so far."""

    id: str
    mailbox: str
    metadata: dict[str, Any]
    options: dict[str, str]
    declared_size: int | None
    received: bytearray = field(default_factory=bytearray)
    answer: Answer | None = None  # once all of it has come

    @property
    def range_header(self) -> dict[str, str]:
        """`Range: bytes=0-LAST`; no header while nothing has come."""
        return {"Range": f"bytes=0-{len(self.received) - 1}"} if self.received else {}


@dataclass(frozen=True)
class ContentRange:
    """A Content-Range header: the bytes that a request brings."""

    first: int | None  # None asks how much has come
    last: int
    total: int | None

    @classmethod
    def parse(cls, text: str) -> "ContentRange":
        match = RANGE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"Content-Range: {text}")
        first, last, total = match.groups()
        return cls(
            None if first is None else int(first),
            int(last or 0),
            None if total == "*" else int(total),
        )


class Uploads:
    """The sessions of all resumable uploads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uploads: dict[str, Upload] = {}

    def start(
        self, mailbox: str, metadata: dict[str, Any], options: dict[str, str], size: int | None
    ) -> Upload:
        upload = Upload(secrets.token_urlsafe(48), mailbox, metadata, options, size)
        with self._lock:
            self._uploads[upload.id] = upload
        return upload

    def get(self, identifier: str) -> Upload | None:
        return self._uploads.get(identifier)

    def end(self, identifier: str) -> None:
        with self._lock:
            self._uploads.pop(identifier, None)

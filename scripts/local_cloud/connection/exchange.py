"""A request and its answer on a small HTTP server, which can drop a connection instead."""

import http.client
import io
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

MAXIMUM_LINE = 65536
MAXIMUM_BODY = 80 * 1024 * 1024
CHUNK = 65536
WITHOUT_BODY = (204, 304)


class ConnectionDropped(Exception):
    """The handler wants the connection closed (`reset`: with RST) instead of an answer.

    `instead` is an answer of which only the first half is sent.
    """

    def __init__(self, reset: bool = False, instead: "Answer | None" = None) -> None:
        super().__init__("dropped")
        self.reset = reset
        self.instead = instead


@dataclass
class Answer:
    """An answer: status, body and headers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    is_last: bool = False  # the next request on its connection is met by a reset

    @classmethod
    def of_json(cls, value: Any, status: int = 200, **headers: str) -> "Answer":
        return cls(
            status,
            json.dumps(value).encode(),
            {"Content-Type": "application/json; charset=UTF-8", **headers},
        )


class Asked:
    """One request; its body is read on demand."""

    def __init__(
        self,
        method: str,
        target: str,
        headers: http.client.HTTPMessage,
        stream: io.BufferedReader,
        peer: tuple[str, int] = ("", 0),
    ) -> None:
        self.peer = peer  # the client's address and port
        self.method = method
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self._stream = stream
        self._left = int(headers.get("Content-Length") or 0)
        self._chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
        self.is_truncated = False
        self.body = b""
        self._is_read = False

    @property
    def is_greeting(self) -> bool:
        """Whether a client only opens a connection early, as functions do before an event."""
        is_signed = "Authorization" in self.headers
        return self.method == "GET" and self.path == "/" and not is_signed

    @property
    def arguments(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def read(self, at_most: int = MAXIMUM_BODY) -> bytes:
        """The body, or as much as came before the peer went away (then `is_truncated`)."""
        if self._is_read:
            return self.body
        self._is_read = True
        self.body = self._read_chunked(at_most) if self._chunked else self._read_counted(at_most)
        return self.body

    def json(self) -> Any:
        return json.loads(self.read() or b"{}")

    def _read_counted(self, at_most: int) -> bytes:
        parts: list[bytes] = []
        wanted = min(self._left, at_most)
        while wanted > 0:
            with suppress(OSError):
                part = self._stream.read1(min(wanted, CHUNK))
                if part:
                    parts.append(part)
                    wanted -= len(part)
                    continue
            self.is_truncated = True
            break
        self.is_truncated = self.is_truncated or at_most < self._left
        return b"".join(parts)

    def _read_chunked(self, at_most: int) -> bytes:
        body = bytearray()
        while line := self._stream.readline(MAXIMUM_LINE):
            size = int(line.split(b";")[0], 16)
            if len(body) + size > at_most:
                break
            body += self._stream.read(size)
            self._stream.readline(MAXIMUM_LINE)
            if size == 0:
                return bytes(body)
        self.is_truncated = True
        return bytes(body)


def encoded(answer: Answer, keeps: bool, method: str = "GET") -> bytes:
    reason = http.client.responses.get(answer.status, "Answer")
    head = [
        f"HTTP/1.1 {answer.status} {reason}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
    ]
    has_body = method != "HEAD" and answer.status not in WITHOUT_BODY
    if has_body:
        head.append(f"Content-Length: {len(answer.body)}")
    if not keeps:
        head.append("Connection: close")
    lines = "\r\n".join(head) + "\r\n\r\n"
    return lines.encode("latin-1") + (answer.body if has_body else b"")

"""A small HTTP server on a loopback port that waits without polling and can misbehave on demand.

By hand, because http.server and werkzeug can neither reset a connection nor cut a body short. The
Runtime API, the mailbox and the control API need that, and answers that are held back.
"""

import http.client
import io
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local_cloud.connection.authority import accept
from local_cloud.connection.traffic import Traffic

MAXIMUM_LINE = 65536
MAXIMUM_BODY = 80 * 1024 * 1024
CHUNK = 65536
WITHOUT_BODY = (204, 304)


class ConnectionDropped(Exception):
    """The handler wants the connection closed (`reset`: with RST) instead of an answer."""

    def __init__(self, reset: bool = False) -> None:
        super().__init__("dropped")
        self.reset = reset


@dataclass
class Answer:
    """An answer: status, body and headers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

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
        self, method: str, target: str, headers: http.client.HTTPMessage, stream: io.BufferedReader
    ) -> None:
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


class LoopbackServer:
    """Serves `handle`, one thread a connection, until closed; with TLS if it has a context."""

    def __init__(
        self,
        handle: Callable[[Asked], Answer],
        listeners: list[socket.socket],
        context: ssl.SSLContext | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        self._handle = handle
        self._context = context
        self.traffic = traffic or Traffic()
        self._is_closed = False
        self._listeners = listeners
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        for listener in self._listeners:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    @property
    def address(self) -> str:
        return "{}:{}".format(*self._listeners[0].getsockname())

    @property
    def port(self) -> int:
        port: int = self._listeners[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'http' if self._context is None else 'https'}://{self.address}"

    def close(self) -> None:
        for listener in self._listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            self._is_closed = True
            open_connections = list(self._connections)
        for connection in open_connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._welcome, args=(connection,), daemon=True).start()

    def _welcome(self, connection: socket.socket) -> None:
        host: str = connection.getsockname()[0]
        if self._context is not None:
            try:
                connection = accept(self._context, connection)
            except OSError as error:
                # A client that only gives up waiting ends without an alert.
                if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
                    self.traffic.note(host, "refused")
                return
        self.traffic.note(host, "connections")
        with self._lock:
            if self._is_closed:
                connection.close()
                return
            self._connections.add(connection)
        self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        try:
            while self._serve_one(connection, stream):
                pass
        except ConnectionDropped as dropped:
            if dropped.reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (OSError, ValueError, http.client.HTTPException):
            pass
        finally:
            with self._lock:
                self._connections.discard(connection)
            with suppress(OSError):
                stream.close()
            with suppress(OSError):
                connection.close()

    def _serve_one(self, connection: socket.socket, stream: io.BufferedReader) -> bool:
        line = stream.readline(MAXIMUM_LINE).decode("latin-1").split()
        if len(line) != 3:
            return False
        asked = Asked(line[0], line[1], http.client.parse_headers(stream), stream)
        if not asked.is_greeting:
            self.traffic.note(connection.getsockname()[0], "calls")
        if (asked.headers.get("Expect") or "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            answer = self._handle(asked)
        except ConnectionDropped:
            raise
        except (KeyError, ValueError, TypeError) as error:
            answer = Answer.of_json({"error": f"{type(error).__name__}: {error}"}, 400)
        except Exception as error:  # the client gets to know of any failure
            answer = Answer.of_json({"error": f"{type(error).__name__}: {error}"}, 500)
        asked.read()
        keeps = (
            asked.headers.get("Connection") or ""
        ).lower() != "close" and not asked.is_truncated
        connection.sendall(encoded(answer, keeps, asked.method))
        return keeps


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

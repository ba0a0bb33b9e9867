"""A small HTTP server on a loopback port that waits without polling and can misbehave on demand.

The Runtime API, the mailbox and the control API are served by it: they need answers that are held
back, connections that break, and bodies that end too early.
"""

import http.client
import io
import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

MAXIMUM_LINE = 65536
MAXIMUM_BODY = 80 * 1024 * 1024
CHUNK = 65536


class ConnectionDropped(Exception):
    """The handler wants the connection closed (`reset`: with RST) instead of an answer."""

    def __init__(self, reset: bool = False) -> None:
        super().__init__("dropped")
        self.reset = reset


@dataclass
class Answer:
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
    """One request; its body is read when it is asked for."""

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
    def arguments(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def read(self, at_most: int = MAXIMUM_BODY) -> bytes:
        """The body, or what came of it before the peer went away (then `is_truncated`)."""
        if self._is_read:
            return self.body
        self._is_read = True
        self.body = self._read_chunked() if self._chunked else self._read_counted(at_most)
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

    def _read_chunked(self) -> bytes:
        parts: list[bytes] = []
        while size := int(self._stream.readline(MAXIMUM_LINE).split(b";")[0] or b"0", 16):
            parts.append(self._stream.read(size))
            self._stream.readline(MAXIMUM_LINE)
        self._stream.readline(MAXIMUM_LINE)
        return b"".join(parts)


class LoopbackServer:
    """Serves `handle` on 127.0.0.1, one thread a connection, until closed."""

    def __init__(self, handle: Callable[[Asked], Answer], port: int = 0) -> None:
        self._handle = handle
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(64)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def _port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_connections = list(self._connections)
        for connection in open_connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

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
        if (asked.headers.get("Expect") or "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            answer = self._handle(asked)
        except ConnectionDropped:
            raise
        except (KeyError, ValueError, TypeError) as error:
            answer = Answer.of_json({"error": f"{type(error).__name__}: {error}"}, 400)
        except Exception as error:  # whoever asks shall hear of it, whatever it is
            answer = Answer.of_json({"error": f"{type(error).__name__}: {error}"}, 500)
        asked.read()
        keeps = (
            asked.headers.get("Connection") or ""
        ).lower() != "close" and not asked.is_truncated
        connection.sendall(encoded(answer, keeps))
        return keeps


def encoded(answer: Answer, keeps: bool) -> bytes:
    reason = http.client.responses.get(answer.status, "Answer")
    head = [
        f"HTTP/1.1 {answer.status} {reason}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        f"Content-Length: {len(answer.body)}",
    ]
    if not keeps:
        head.append("Connection: close")
    return ("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + answer.body

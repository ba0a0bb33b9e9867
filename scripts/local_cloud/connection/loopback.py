"""A small HTTP server on a loopback port that waits without polling and can misbehave on demand.

By hand, because http.server and werkzeug can neither reset a connection nor cut a body short. The
Runtime API, the mailbox and the control API need that, and answers that are held back.
"""

import http.client
import io
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

from local_cloud.connection import addresses
from local_cloud.connection.authority import accept
from local_cloud.connection.exchange import Answer, Asked, ConnectionDropped, encoded
from local_cloud.connection.traffic import Traffic

MAXIMUM_LINE = 65536


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

    def refuse(self, host: str) -> None:
        """Refuses connections to this address until `admit`, and ends those that are open."""
        for listener in [each for each in self._listeners if each.getsockname()[0] == host]:
            self._listeners.remove(listener)
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            ended = [each for each in self._connections if each.getsockname()[0] == host]
        for connection in ended:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def admit(self, host: str) -> None:
        """Lets connections to this address in again."""
        listening = addresses.listener(host, self.port)
        self._listeners.append(listening)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

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
        peer = connection.getpeername()[:2]
        asked = Asked(line[0], line[1], http.client.parse_headers(stream), stream, peer)
        if not asked.is_greeting:
            self.traffic.note(connection.getsockname()[0], "calls")
        if (asked.headers.get("Expect") or "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            answer = self._handle(asked)
        except ConnectionDropped as dropped:
            if dropped.instead is not None:
                whole = encoded(dropped.instead, keeps=True)
                connection.sendall(whole[: len(whole) - len(dropped.instead.body) // 2 - 1])
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
        if keeps and answer.is_last:
            select.select([connection], [], [])  # the next request, of which nothing is read
            raise ConnectionDropped(reset=True)
        return keeps

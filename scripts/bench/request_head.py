"""The head of an HTTP request, as a socket brings it."""

import socket
from dataclasses import dataclass

CHUNK = 1 << 16


@dataclass(frozen=True)
class Head:
    """Request line, header fields and the beginning of the body."""

    line: str
    lines: list[str]  # the header fields as they came
    fields: dict[str, str]  # their names and values in lower case
    begun: bytes  # what came of the body together with the head

    @property
    def size(self) -> int:
        return int(self.fields.get("content-length", "0"))


def read_head(connection: socket.socket) -> Head | None:
    """None where the connection ends before the head does."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(CHUNK)
        if not chunk:
            return None
        data += chunk
    text, _, begun = data.partition(b"\r\n\r\n")
    line, *lines = text.decode("latin-1").split("\r\n")
    pairs = (each.lower().split(":", 1) for each in lines)
    return Head(line, lines, {name: value.strip() for name, value in pairs}, begun)

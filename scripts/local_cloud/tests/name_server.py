"""A name server on loopback, with records that a test gives it (RFC 1035)."""

import socketserver
import struct
import threading
from typing import Self

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28}


class NameServer:
    """Answers by UDP what its records hold, and NXDOMAIN for any other name."""

    def __init__(self, records: list[tuple[str, str, str]]) -> None:
        class Handler(socketserver.DatagramRequestHandler):
            def handle(self) -> None:
                self.wfile.write(answer(self.rfile.read(), records))

        self._server = socketserver.UDPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def answer(query: bytes, records: list[tuple[str, str, str]]) -> bytes:
    labels, place = [], 12
    while size := query[place]:
        labels.append(query[place + 1 : place + 1 + size].decode())
        place += size + 1
    question = query[12 : place + 5]
    [asked] = struct.unpack("!H", query[place + 1 : place + 3])
    name = ".".join(labels).lower()
    found = [data(kind, value) for n, kind, value in records if n == name and TYPES[kind] == asked]
    is_known = any(n == name or n.endswith(f".{name}") for n, _, _ in records)
    flags = 0x8580 if is_known else 0x8583
    header = query[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0)
    # The name of each answer points to the question's, at offset 12.
    answers = b"".join(
        struct.pack("!HHHIH", 0xC00C, asked, 1, 60, len(value)) + value for value in found
    )
    return header + question + answers


def data(kind: str, value: str) -> bytes:
    if kind == "MX":
        preference, host = value.split(" ")
        return struct.pack("!H", int(preference)) + encoded(host)
    if kind == "TXT":
        return bytes([len(value)]) + value.encode()
    return encoded(value)


def encoded(name: str) -> bytes:
    labels = name.split(".")
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"

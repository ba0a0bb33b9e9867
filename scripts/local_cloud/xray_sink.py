"""Which segments were sent to the X-Ray daemon? A UDP socket that keeps them.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
"""

import json
import socket
import threading
from typing import Any

MAXIMUM_KEPT = 5000


class XRaySink:
    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())
        self.segments: list[dict[str, Any]] = []
        self._closed = False
        threading.Thread(target=self._receive, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._socket.getsockname())

    def _receive(self) -> None:
        while not self._closed:
            datagram = self._socket.recv(65536)
            header, _, document = datagram.partition(b"\n")
            if not header:
                continue
            try:
                segment = json.loads(document)
            except ValueError:
                segment = {"malformed": datagram.decode(errors="replace")}
            self.segments.append(segment)
            del self.segments[:-MAXIMUM_KEPT]
        self._socket.close()

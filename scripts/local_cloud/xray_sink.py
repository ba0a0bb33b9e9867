"""What becomes of the segments that functions send? The X-Ray daemon's part: it takes them by UDP,
and puts them to X-Ray in batches.

https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
"""

import json
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

MAXIMUM_KEPT = 5000
MAXIMUM_BATCH = 50


class XRaySink:
    def __init__(self, put_trace_segments: Callable[[list[str]], None]) -> None:
        self._put = put_trace_segments
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())
        self.segments: list[dict[str, Any]] = []
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._closed = False
        threading.Thread(target=self._receive, daemon=True).start()
        threading.Thread(target=self._forward, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        self._waiting.put(None)
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
                self._waiting.put(document.decode())
            except ValueError:
                segment = {"malformed": datagram.decode(errors="replace")}
            self.segments.append(segment)
            del self.segments[:-MAXIMUM_KEPT]
        self._socket.close()

    def _forward(self) -> None:
        """All that has come while the last batch was on its way."""
        while True:
            batch = [self._waiting.get()]
            while len(batch) < MAXIMUM_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            documents = [each for each in batch if each is not None]
            if documents:
                self._put(documents)
            if len(documents) < len(batch):
                return

"""What does Lambda's X-Ray daemon do? It takes segments by UDP and sends them on as the function.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class XRayDaemon:
    """One function's: `keep` gets each datagram, X-Ray the segment in it."""

    def __init__(
        self, client: Any, keep: Callable[[bytes], None], complain: Callable[[str], None]
    ) -> None:
        self._client = client
        self._keep = keep
        self._complain = complain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._name = self._socket.getsockname()
        self.address = "{}:{}".format(*self._name)
        self._closed = False
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self._name)

    def _run(self) -> None:
        is_first = True
        while not self._closed:
            datagram = self._socket.recv(65536)
            document = datagram.partition(b"\n")[2]
            if not document:
                continue
            self._keep(datagram)
            self._send(document.decode(errors="replace"), is_first)
            is_first = False
        self._socket.close()

    def _send(self, document: str, is_first: bool) -> None:
        try:
            if is_first:
                counts = {"Timestamp": time.time(), "SegmentsReceivedCount": 1}
                self._client.put_telemetry_records(TelemetryRecords=[counts])
            self._client.put_trace_segments(TraceSegmentDocuments=[document])
        except (ClientError, BotoCoreError) as error:
            if not self._closed:
                self._complain(f"X-Ray takes no segments: {error}")

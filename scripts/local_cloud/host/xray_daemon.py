"""Lambda's X-Ray daemon: takes segments by UDP and sends them on as the function.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
"""

import socket
import threading
import uuid
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.connection.aws import Cloud

DRAIN_SECONDS = 10.0


class XRayDaemon:
    """The daemon of one function: `keep` gets each datagram, X-Ray the segment in it."""

    def __init__(
        self, cloud: Cloud, keep: Callable[[bytes], None], complain: Callable[[str], None]
    ) -> None:
        self._client = cloud.client("xray")
        self._clock = cloud.clock
        self._keep = keep
        self._complain = complain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._name = self._socket.getsockname()
        self.address = "{}:{}".format(*self._name)
        self._closed = False
        self._marks: dict[bytes, threading.Event] = {}
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        self._tell(b"")

    def drain(self) -> None:
        """Returns when everything that was sent before has been passed on; datagrams keep their
        order.
        """
        mark, passed = uuid.uuid4().hex.encode(), threading.Event()
        self._marks[mark] = passed
        if not self._closed:
            self._tell(mark)
            passed.wait(DRAIN_SECONDS)  # a datagram may be lost
        self._marks.pop(mark)

    def _tell(self, mark: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(mark, self._name)

    def _run(self) -> None:
        is_first = True
        while not self._closed:
            datagram = self._socket.recv(65536)
            if (passed := self._marks.get(datagram)) is not None:
                passed.set()
            document = datagram.partition(b"\n")[2]
            if not document:
                continue
            self._keep(datagram)
            self._send(document.decode(errors="replace"), is_first)
            is_first = False
        for passed in list(self._marks.values()):
            passed.set()
        self._socket.close()

    def _send(self, document: str, is_first: bool) -> None:
        try:
            if is_first:
                counts = {"Timestamp": self._clock(), "SegmentsReceivedCount": 1}
                self._client.put_telemetry_records(TelemetryRecords=[counts])
            self._client.put_trace_segments(TraceSegmentDocuments=[document])
        except (ClientError, BotoCoreError) as error:
            if not self._closed:
                self._complain(f"X-Ray did not accept a segment: {error}")

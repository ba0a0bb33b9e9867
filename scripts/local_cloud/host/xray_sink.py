"""The segments that came to the X-Ray daemon by UDP, kept for the tests.

https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
"""

import json
from typing import Any

MAXIMUM_KEPT = 5000


class XRaySink:
    """The latest segments."""

    def __init__(self) -> None:
        self.segments: list[dict[str, Any]] = []

    def keep(self, datagram: bytes) -> None:
        try:
            segment = json.loads(datagram.partition(b"\n")[2])
        except ValueError:
            segment = {"malformed": datagram.decode(errors="replace")}
        self.segments.append(segment)
        del self.segments[:-MAXIMUM_KEPT]

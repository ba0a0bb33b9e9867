"""The faults to come: which request goes wrong next, and how.

Each is used once or several times, but a `refuse` stays.
https://developers.google.com/workspace/gmail/api/guides/handle-errors
"""

import threading
from dataclasses import dataclass
from typing import Any

from local_cloud.connection.exchange import Answer

PLACES = ("token", "consent", "import", "start", "upload", "probe", "any")
KINDS = (
    "status",
    "timeout",
    "slow",
    "reset",
    "reset-body",
    "reset-read",
    "reset-after",
    "reset-next",
    "half",
    "cut",
    "kill",
    "kill-after",
    "invalid_grant",
    "rotate",
    "deny",
    "untick",
    "refuse",
)
USAGE = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "concurrentLimitExceeded",
}


@dataclass
class Fault:
    """`at` names the request: an OAuth one, a whole import, or a step of a resumable one.

    `every` spares some of these requests: 3 meets the third, the sixth and so on.
    """

    kind: str
    at: str = "any"
    status: int = 503
    reason: str = "backendError"
    message: str = "The service is currently unavailable."
    retry_after: str | None = None
    after_bytes: int = 0
    hold_seconds: float = 120.0
    times: int = 1
    every: int = 1
    scope: str = ""  # of an untick: what the person does not consent to
    header: str = ""  # of a refuse: a whole line
    above_bytes: int | None = None  # of a refuse
    met: int = 0  # the requests so far that it could have struck
    struck: int = 0

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Fault":
        fault = cls(**value)
        if fault.kind not in KINDS or fault.at not in PLACES:
            raise ValueError(f"kind is one of {KINDS}, at one of {PLACES}")
        if fault.kind == "refuse" and not fault.header and fault.above_bytes is None:
            raise ValueError("refuse wants a header or above_bytes")
        return fault

    def is_about(self, raw: bytes) -> bool:
        """Whether a refuse is about this mail."""
        if self.above_bytes is not None and len(raw) > self.above_bytes:
            return True
        lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
        return self.header != "" and self.header.lower().encode() in map(bytes.lower, lines)

    def answer(self) -> Answer:
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return google_error(self.status, self.reason, self.message, headers)


class Faults:
    """The queue of faults to come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._queue.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()

    def end(self, fault: Fault) -> None:
        """Takes a fault back, unless it was used up."""
        with self._lock:
            self._queue = [each for each in self._queue if each is not fault]

    def pending(self) -> list[Fault]:
        with self._lock:
            return list(self._queue)

    def take(self, *places: str) -> Fault | None:
        """The first fault in the queue that is meant for one of these places."""
        with self._lock:
            for fault in self._queue:
                if fault.kind != "refuse" and (fault.at == "any" or fault.at in places):
                    fault.met += 1
                    if fault.met % fault.every:
                        continue
                    fault.struck += 1
                    fault.times -= 1
                    if fault.times <= 0:
                        self._queue.remove(fault)
                    return fault
        return None

    def refusal(self, raw: bytes) -> Answer | None:
        """Google's answer to a mail that it never takes."""
        with self._lock:
            for fault in self._queue:
                if fault.kind == "refuse" and fault.is_about(raw):
                    fault.struck += 1
                    return fault.answer()
        return None


def google_error(
    status: int, reason: str, message: str, headers: dict[str, str] | None = None
) -> Answer:
    domain = "usageLimits" if reason in USAGE else "global"
    answer = Answer.of_json(
        {
            "error": {
                "code": status,
                "message": message,
                "errors": [{"message": message, "domain": domain, "reason": reason}],
                "status": {
                    400: "INVALID_ARGUMENT",
                    401: "UNAUTHENTICATED",
                    403: "PERMISSION_DENIED",
                    404: "NOT_FOUND",
                    429: "RESOURCE_EXHAUSTED",
                }.get(status, "UNAVAILABLE"),
            }
        },
        status,
    )
    answer.headers |= headers or {}
    return answer

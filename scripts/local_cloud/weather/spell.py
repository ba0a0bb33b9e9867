"""What happens to one call, and the record of what has happened to the calls so far."""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.raw_request import RawRequest
from local_cloud.weather.forecast import TROUBLES, Forecast

MAXIMUM_KEPT = 5000


class Record:
    """How many calls of each operation there were, and what happened to which."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.troubles = 0
        self._numbers: Counter[str] = Counter()
        self._in_a_row: dict[bytes, int] = {}
        self._unheard: set[bytes] = set()

    def number(self, name: str) -> int:
        """The number of the next call of an operation, from 1."""
        self._numbers[name] += 1
        return self._numbers[name]

    def note(self, kind: str, name: str, number: int) -> None:
        service, _, operation = name.partition(":")
        self.entries.append(
            {
                "at": time.time(),
                "service": service,
                "operation": operation,
                "call": number,
                "kind": kind,
            }
        )
        del self.entries[:-MAXIMUM_KEPT]

    def is_enough(self, forecast: Forecast, request: bytes) -> bool:
        """Whether the next try of this request gets through."""
        if forecast.most is not None and self.troubles >= forecast.most:
            return True
        return self._in_a_row.get(request, 0) >= forecast.most_in_a_row

    def had_trouble(self, request: bytes, kind: str) -> None:
        self.troubles += 1
        self._in_a_row[request] = self._in_a_row.get(request, 0) + 1
        if kind.endswith("After"):
            self._unheard.add(request)

    def was_unheard(self, request: bytes) -> bool:
        """Whether an earlier try of this request took effect without its caller knowing."""
        return request in self._unheard

    def got_through(self, request: bytes) -> None:
        self._in_a_row.pop(request, None)


@dataclass
class Spell:
    """The weather of one call."""

    forecast: Forecast
    record: Record
    request: RawRequest
    call: ApiCall

    def __post_init__(self) -> None:
        self._name = f"{self.call.service}:{self.call.operation}"
        self._number = self.record.number(self._name)
        delay = self.chance("delay")
        self.delay_seconds = delay.uniform(0, self.forecast.delay_seconds) if delay else 0.0
        if delay:
            self.note("delay")
        self.trouble, self.luck = self._trouble()

    def chance(self, kind: str) -> Random | None:
        return self.forecast.chance(kind, self._name, self._number)

    def note(self, kind: str) -> None:
        self.record.note(kind, self._name, self._number)

    def _trouble(self) -> tuple[str | None, Random]:
        """One kind of trouble at most, and random numbers for it."""
        request = digest(self.request, self.call)
        is_enough = self.record.is_enough(self.forecast, request)
        for kind in () if is_enough else TROUBLES:
            if chance := self.chance(kind):
                self.record.had_trouble(request, kind)
                self.note(kind)
                return kind, chance
        self.record.got_through(request)
        return None, Random()


def digest(request: RawRequest, call: ApiCall) -> bytes:
    """The same for each try of one request, by the same caller."""
    credential = request.credential
    caller = credential[0] if credential else ""
    parts = (caller, call.service, call.operation, request.path, request.query)
    return hashlib.sha256("\n".join(parts).encode() + request.body).digest()

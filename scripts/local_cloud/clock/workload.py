"""Whether anybody in this world is working on anything, or is about to.

While somebody works, the clock runs at its real speed.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError

from local_cloud.process.moto_process import MotoProcess


class Workload:
    """Counts who is at work, and makes the clock run fast while nobody is."""

    def __init__(
        self, moto: MotoProcess, time_scale: float, complain: Callable[[str], None]
    ) -> None:
        self._moto = moto
        self._time_scale = time_scale
        self._complain = complain
        self._condition = threading.Condition()
        self._count = 0
        self._told = -1

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._add(+1)
        try:
            yield
        finally:
            self._add(-1)

    def told(self, events: int) -> None:
        """Everything up to this event has been passed on to whoever works on it."""
        with self._condition:
            self._told = events
            self._condition.notify_all()

    def wait_until_quiet(self, timeout_seconds: float) -> bool:
        """Waits until nobody works, and everything that has happened was taken up."""
        end = time.monotonic() + timeout_seconds
        events = self._events()
        while self._wait(events, end - time.monotonic()):
            before, events = events, self._events()
            if events == before:
                return True
        return False

    def _wait(self, events: int, seconds: float) -> bool:
        with self._condition:
            return self._condition.wait_for(
                lambda: self._count == 0 and self._told >= events, max(0.0, seconds)
            )

    def _events(self) -> int:
        return int(self._moto.ask("activity", {"since": -1})["events"])

    def _add(self, change: int) -> None:
        with self._condition:
            before, self._count = self._count, self._count + change
            if self._time_scale != 1.0 and (before == 0) != (self._count == 0):
                self._tell_clock({"busy": self._count > 0})
            self._condition.notify_all()

    def _tell_clock(self, change: dict[str, Any]) -> None:
        try:
            self._moto.ask("clock", change)
        except (URLError, OSError) as error:
            self._complain(f"the clock does not answer: {error}")

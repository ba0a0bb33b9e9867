"""What time is it in this world?

The clock runs with the real one, can be moved forward on demand, and runs `scale` times as fast
while nothing is being worked on. Only waiting is shortened: while a function runs, a second is a
second, so a message does not become visible again under the hands of its function.
"""

import time
from collections.abc import Callable


class WorldClock:
    """A clock in seconds since the epoch that can be advanced and sped up, never turned back."""

    def __init__(self, scale: float = 1.0, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._scale = scale
        self._busy = False
        self._real_mark = real()
        self._world_mark = self._real_mark

    def now(self) -> float:
        return self._world_mark + (self._real() - self._real_mark) * self.rate

    @property
    def rate(self) -> float:
        """World seconds that pass in one real second just now."""
        return 1.0 if self._busy else self._scale

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("the clock is never turned back")
        self._mark()
        self._world_mark += seconds

    def set_busy(self, busy: bool) -> None:
        self._mark()
        self._busy = busy

    def set_scale(self, scale: float) -> None:
        if scale <= 0:
            raise ValueError("the time scale is a positive number")
        self._mark()
        self._scale = scale

    def real_seconds_until(self, moment: float) -> float:
        return max(0.0, (moment - self.now()) / self.rate)

    def _mark(self) -> None:
        world = self.now()
        self._real_mark = self._real()
        self._world_mark = world

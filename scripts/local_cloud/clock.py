"""The clock of a world: of AWS in it, and of the functions.

It runs with the machine's, can be moved forward on demand, and runs `scale` times as fast while
nothing is being worked on. Only waiting is shortened: while a function runs, a second is a second,
so a message does not become visible again under the hands of its function.

The process that keeps it publishes how far it is ahead of the machine's clock in a file. Whoever
lives in the world adds that to the machine's clock: the host by `PublishedClock.now`, a program by
libfaketime, which reads the file each time that the program asks what time it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LIBRARIES, LIBRARY = Path("/usr/lib"), "*/faketime/libfaketimeMT.so.1"


class NoLibrary(RuntimeError):
    """libfaketime is not installed."""


@dataclass(frozen=True)
class PublishedClock:
    path: Path

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + float(self.path.read_text())

    def environment(self) -> dict[str, str]:
        """The variables that let a program live by this clock; its monotonic one stays as it is."""
        library = next(LIBRARIES.glob(LIBRARY), None)
        if library is None:
            raise NoLibrary(f"there is no {LIBRARIES}/{LIBRARY}; run: scripts/setup.sh")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


def forget(process_id: int) -> None:
    """Removes what libfaketime leaves of a process that was killed: the next process with that
    number would not start."""
    for name in ("faketime_shm", "sem.faketime_sem"):
        Path(f"/dev/shm/{name}_{process_id}").unlink(missing_ok=True)


class WorldClock:
    """A clock in seconds since the epoch that can be advanced and sped up, never turned back."""

    def __init__(self, scale: float = 1.0, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._file: Path | None = None
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
        self.publish()

    def set_busy(self, busy: bool) -> None:
        self._mark()
        self._busy = busy
        self.publish()

    def set_scale(self, scale: float) -> None:
        if scale <= 0:
            raise ValueError("the time scale is a positive number")
        self._mark()
        self._scale = scale
        self.publish()

    def real_seconds_until(self, moment: float) -> float:
        return max(0.0, (moment - self.now()) / self.rate)

    def publish_in(self, file: Path) -> None:
        """Here, from now on."""
        self._file = file
        self.publish()

    def keep_published(self) -> None:
        """While it runs faster than the machine's, what was published is soon the past."""
        if self.rate != 1.0:
            self.publish()

    def publish(self) -> None:
        if self._file is not None:
            partial = self._file.with_suffix(".partial")
            partial.write_text(f"+{max(0.0, self.now() - self._real()):.6f}\n")
            partial.rename(self._file)

    def _mark(self) -> None:
        world = self.now()
        self._real_mark = self._real()
        self._world_mark = world

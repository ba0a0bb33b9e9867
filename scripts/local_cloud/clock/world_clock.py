"""The clock of a world: of AWS in it, of the functions, and of `ses-mail` in the tests.

It runs with the machine's, can be moved forward on demand, and runs `scale` times as fast while
nobody works. Only waiting is shortened: while a function runs, a second is a second, so that a
message does not become visible again while its function still handles it.

The process that keeps it publishes in a file how far it is ahead of the machine's clock. The host
adds that in `PublishedClock.now`, a program by libfaketime, which reads the file each time that the
program asks for the time.
"""

import ctypes
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIBRARIES, LIBRARY = Path("/usr/lib"), "*/faketime/libfaketimeMT.so.1"
SHARED = Path("/dev/shm")
# struct ft_shared_s of libfaketime 0.9.10: ticks, position in a file, and three start times, which
# no program has set yet.
STATE = struct.pack("=2Q6q", 0, 0, *(0, -1) * 3)


class NoLibrary(RuntimeError):
    """libfaketime is not installed."""


@dataclass(frozen=True)
class PublishedClock:
    """The clock as the host and other programs read it from its file."""

    path: Path
    name: str  # names what libfaketime shares between the programs that live by this clock

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + float(self.path.read_text())

    @property
    def of_functions(self) -> "PublishedClock":
        """The functions' clock: this one, but for the skew."""
        return PublishedClock(self.path.with_name(f"{self.path.name}-functions"), self.name)

    def environment(self) -> dict[str, str]:
        """The variables that let a program live by this clock; its monotonic one stays as it is."""
        library = next(LIBRARIES.glob(LIBRARY), None)
        if library is None:
            raise NoLibrary(f"there is no {LIBRARIES}/{LIBRARY}; run: scripts/setup.sh")
        share(self.name)
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_SHARED": f"/{self.name} /{self.name}-state",
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def end(self) -> None:
        """Nobody lives by this clock any longer."""
        for each in (f"sem.{self.name}", f"{self.name}-state"):
            (SHARED / each).unlink(missing_ok=True)


def share(name: str) -> None:
    """Makes libfaketime's semaphore and state, unless they exist.

    QUIRK: where it has to make them itself, it tells the program's children of them with setenv.
    That moves the environment, beside which Swift looks for its arguments. And a program that is
    killed leaves them, so that the next one with its process id does not start.
    """
    if (SHARED / f"sem.{name}").exists():
        return
    (SHARED / f"{name}-state").write_bytes(STATE)
    library = ctypes.CDLL(None, use_errno=True)
    library.sem_open.restype = ctypes.c_void_p
    mode, value = ctypes.c_uint(0o600), ctypes.c_uint(1)
    semaphore = library.sem_open(f"/{name}".encode(), os.O_CREAT, mode, value)
    if semaphore is None:
        raise OSError(ctypes.get_errno(), f"no semaphore {name}")
    library.sem_close(ctypes.c_void_p(semaphore))


class WorldClock:
    """A clock in seconds since the epoch that can be advanced and sped up, never turned back."""

    def __init__(self, scale: float = 1.0, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._file: Path | None = None
        self._scale = scale
        self._busy = False
        self._real_mark = real()
        self._world_mark = self._real_mark
        self._skew_seconds = 0.0
        self._stands_at: float | None = None

    def now(self) -> float:
        if self._stands_at is not None:
            return self._stands_at
        return self._world_mark + (self._real() - self._real_mark) * self.rate

    @property
    def rate(self) -> float:
        """The world seconds that pass in one real second at present."""
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

    def set_skew(self, seconds: float) -> None:
        """Sets how far the functions' clock is ahead of AWS's, or behind it."""
        self._skew_seconds = seconds
        self.publish()

    @contextmanager
    def standing_at(self, moment: float) -> Iterator[None]:
        """Meanwhile it is this moment, even a past one, and nobody may set the clock."""
        self._stands_at = moment
        try:
            yield
        finally:
            self._stands_at = None

    def real_seconds_until(self, moment: float) -> float:
        return max(0.0, (moment - self.now()) / self.rate)

    def publish_in(self, file: Path) -> None:
        """Publishes in this file from now on."""
        self._file = file
        self.publish()

    def keep_published(self) -> None:
        """Publishes again and again, because the offset grows while this clock runs faster than the
        machine's.
        """
        if self.rate != 1.0:
            self.publish()

    def publish(self) -> None:
        if self._file is not None:
            offset = max(0.0, self.now() - self._real())
            of_functions = PublishedClock(self._file, "").of_functions.path
            for file, ahead in ((self._file, offset), (of_functions, offset + self._skew_seconds)):
                partial = file.with_suffix(".partial")
                partial.write_text(f"{ahead:+.6f}\n")
                partial.rename(file)

    def _mark(self) -> None:
        world = self.now()
        self._real_mark = self._real()
        self._world_mark = world

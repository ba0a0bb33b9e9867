"""The lock of the moto process, and a way to wait in it until something happens.

One lock for the whole process, because moto's models are not thread-safe (a queue loses a message
that is sent while another is deleted). Whoever waits releases the lock, so a fork inside the lock
finds every other thread idle.
"""

import threading
import time
from collections.abc import Callable

from local_cloud.clock.world_clock import WorldClock

MARGIN_SECONDS = 0.002  # a message is visible just after its moment


class Activity:
    """The lock, the clock and the counters that the host waits on."""

    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self.condition = threading.Condition()
        self.events = 0
        self.deployments = 0

    def note(self) -> None:
        """A message, a stream record or the clock has changed. Call this with the lock held."""
        self.events += 1
        self.condition.notify_all()

    def look_again(self) -> None:
        """Nothing has happened, but the next due moment may have changed. Call this with the lock
        held.
        """
        self.condition.notify_all()

    def note_deployment(self) -> None:
        """A function, mapping, pipe or rule has changed. Call this with the lock held."""
        self.deployments += 1
        self.note()

    def wait(
        self,
        is_done: Callable[[], bool],
        next_due: Callable[[], float | None],
        timeout_seconds: float,
    ) -> None:
        """Waits until `is_done`, until the world's next due moment, or for the time-out (real
        time).
        """
        end = time.monotonic() + timeout_seconds
        while not is_done():
            left = end - time.monotonic()
            due = next_due()
            if due is not None:
                left = min(left, self.clock.real_seconds_until(due) + MARGIN_SECONDS)
            if left <= 0:
                return
            self.condition.wait(left)
            if due is not None and due <= self.clock.now():
                return

    def renew(self) -> None:
        """After a fork no other thread is left: start with a lock that nobody holds or awaits."""
        self.condition = threading.Condition()


ACTIVITY = Activity(WorldClock())

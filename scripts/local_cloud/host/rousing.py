"""Whether a poller sleeps, or was woken and has not finished looking.

From the moment it is woken until it sleeps again, its world is busy, so that whoever waits for
quiet does not find it between a message that has come and the work on it.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

Busy = Callable[[], AbstractContextManager[None]]


class Rousing:
    """A poller's state. It begins awake, because there may be messages from before."""

    def __init__(self, busy: Busy) -> None:
        self._busy = busy
        self._condition = threading.Condition()
        self._is_roused = False
        self._is_over = False
        self._hold = ExitStack()  # keeps the world busy, unless the poller sleeps
        self._is_awake = False
        self.rouse()

    def rouse(self) -> None:
        with self._condition:
            if self._is_over:
                return
            self._is_roused = True
            self._wake_up()
            self._condition.notify_all()

    def sleep(self) -> None:
        """Waits until woken, which may have happened meanwhile. For the poller itself only."""
        with self._condition:
            if not self._is_roused:
                self._hold.close()
                self._is_awake = False
            self._condition.wait_for(lambda: self._is_roused)
            self._is_roused = False

    def rest(self, stopped: threading.Event, seconds: float) -> None:
        """Waits before another try. This does not count as busy, because the clock may run on."""
        with self._condition:
            self._hold.close()
            self._is_awake = False
        stopped.wait(seconds)
        with self._condition:
            self._wake_up()

    def end(self) -> None:
        """The poller has ended."""
        with self._condition:
            self._is_over = True
            self._hold.close()

    def _wake_up(self) -> None:
        if not self._is_awake:
            self._is_awake = True
            self._hold.enter_context(self._busy())

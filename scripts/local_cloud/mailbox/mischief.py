"""Faults carried out: what goes wrong before a request has its effect, and what after it.

The boundaries of a request are its beginning (`reset-next`, before any of it is read), the end of
its headers (`reset`), its body (`reset-body`), the end of its body (`reset-read`), its effect
(`reset-after`) and its answer (`half`). At two of them the caller itself is killed instead.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

from local_cloud.connection.exchange import Answer, Asked, ConnectionDropped
from local_cloud.mailbox.faults import Fault

Kill = Callable[[tuple[str, int]], None]  # whoever has this address and port


class Mischief:
    """Carries faults out until the server closes."""

    def __init__(self, closing: threading.Event, kill: Kill) -> None:
        self._closing = closing
        self._kill = kill

    def before(self, fault: Fault, asked: Asked) -> Answer | None:
        """None where the request is carried out all the same."""
        match fault.kind:
            case "status":
                asked.read()
                return fault.answer()
            case "timeout":
                asked.read()
                self._closing.wait(fault.hold_seconds)
                raise ConnectionDropped
            case "slow":
                self._closing.wait(fault.hold_seconds)
            case "reset":
                raise ConnectionDropped(reset=True)
            case "reset-body" | "kill":
                asked.read(fault.after_bytes)
                if fault.kind == "kill":
                    self._kill(asked.peer)
                raise ConnectionDropped(reset=True)
            case "reset-read":
                asked.read()
                raise ConnectionDropped(reset=True)
        return None

    def after(self, fault: Fault | None, asked: Asked, answer: Answer) -> Answer:
        """The answer to a request that was carried out, if it arrives."""
        match fault.kind if fault is not None else None:
            case "reset-after":
                raise ConnectionDropped(reset=True)
            case "kill-after":
                self._kill(asked.peer)
                raise ConnectionDropped(reset=True)
            case "half":
                raise ConnectionDropped(instead=answer)
            case "reset-next":
                return replace(answer, is_last=True)
        return answer

"""Counts of connections and calls for each address of a server."""

import threading
from collections import Counter
from typing import Any


class Traffic:
    """Counters of one server, by the address that was connected to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, address: str, what: str) -> None:
        """Counts one of `connections`, `calls`, or `refused`: clients that did not trust us."""
        with self._lock:
            self._counts[address, what] += 1

    def of(self, address: str) -> dict[str, Any]:
        with self._lock:
            kinds = ("connections", "calls", "refused")
            return {"address": address, **{what: self._counts[address, what] for what in kinds}}

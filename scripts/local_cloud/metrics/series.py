"""The values of one metric, minute by minute.

A value that stays the same for a week, such as the length of an empty queue, is one stretch.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """What was measured within one minute or several."""

    total: float
    least: float
    most: float
    count: float

    @classmethod
    def of(cls, value: float) -> "Point":
        return cls(value, value, value, 1)

    def joined(self, other: "Point") -> "Point":
        return Point(
            self.total + other.total,
            min(self.least, other.least),
            max(self.most, other.most),
            self.count + other.count,
        )

    def times(self, minutes: int) -> "Point":
        return Point(self.total * minutes, self.least, self.most, self.count * minutes)

    def statistic(self, name: str) -> float:
        return {
            "Sum": self.total,
            "Minimum": self.least,
            "Maximum": self.most,
            "SampleCount": self.count,
            "Average": self.total / self.count,
        }[name]


STATISTICS = ("Sum", "Minimum", "Maximum", "SampleCount", "Average")


class Series:
    """Stretches of minutes since the epoch, in order, none overlapping another."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._points: list[Point] = []

    def add(self, minute: int, point: Point) -> None:
        """Adds a measurement within this minute."""
        place = bisect_right(self._starts, minute) - 1
        if place < 0 or self._ends[place] <= minute:
            self._insert(place + 1, minute, minute + 1, point)
            return
        start, end, before = self._starts[place], self._ends[place], self._points[place]
        del self._starts[place], self._ends[place], self._points[place]
        for first, last, each in (
            (minute + 1, end, before),
            (minute, minute + 1, before.joined(point)),
            (start, minute, before),
        ):
            if first < last:
                self._insert(place, first, last, each)

    def extend(self, start: int, end: int, point: Point) -> None:
        """Adds the same measurement in each of these minutes, which are later than all others."""
        if self._ends and self._ends[-1] == start and self._points[-1] == point:
            self._ends[-1] = end
        else:
            self._insert(len(self._starts), start, end, point)

    def between(self, start: int, end: int) -> Point | None:
        """All of these minutes together; None where nothing was measured."""
        found: Point | None = None
        for first, last, point in self._stretches(start, end):
            part = point.times(min(last, end) - max(first, start))
            found = part if found is None else found.joined(part)
        return found

    def edges(self, start: int, end: int) -> set[int]:
        """The minutes after `start`, up to `end`, at which the first or the last minute of a
        stretch has just passed.
        """
        found = (
            edge for first, last, _ in self._stretches(start, end) for edge in (first + 1, last)
        )
        return {edge for edge in found if start < edge <= end}

    def minutes(self, start: int, end: int) -> Iterator[int]:
        """The minutes from `start` to `end` in which something was measured."""
        for first, last, _ in self._stretches(start, end):
            yield from range(max(first, start), min(last, end))

    def _insert(self, place: int, start: int, end: int, point: Point) -> None:
        self._starts.insert(place, start)
        self._ends.insert(place, end)
        self._points.insert(place, point)

    def _stretches(self, start: int, end: int) -> Iterator[tuple[int, int, Point]]:
        """The stretches that include some of these minutes."""
        place = max(0, bisect_right(self._starts, start) - 1)
        while place < len(self._starts) and self._starts[place] < end:
            if self._ends[place] > start:
                yield self._starts[place], self._ends[place], self._points[place]
            place += 1

"""All metrics of the account, each by its region, namespace, name and dimensions."""

from collections.abc import Iterable
from dataclasses import dataclass

from local_cloud.metrics.series import Point, Series

SECONDS = 60


@dataclass(frozen=True)
class Metric:
    """The name of a metric: region, namespace, name and dimensions."""

    region: str
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class Store:
    """The series of all metrics."""

    def __init__(self) -> None:
        self._series: dict[Metric, Series] = {}
        self.late: set[Metric] = set()  # got a value for a minute that was already evaluated
        self.seen = 0  # the minute up to which alarms were evaluated

    def add(self, metric: Metric, minute: int, point: Point) -> None:
        self.of(metric).add(minute, point)
        if minute < self.seen:
            self.late.add(metric)

    def of(self, metric: Metric) -> Series:
        return self._series.setdefault(metric, Series())

    def metrics(self) -> list[Metric]:
        return list(self._series)

    def edges(self, metrics: Iterable[Metric], start: int, end: int) -> set[int]:
        found = (self._series[each].edges(start, end) for each in metrics if each in self._series)
        return set().union(*found)


STORE = Store()


def minute_of(seconds: float) -> int:
    return int(seconds // SECONDS)

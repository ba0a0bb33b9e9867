"""An alarm as Terraform made it: the metrics it reads, when it is to be evaluated, its state.

CloudWatch evaluates an alarm every minute, over periods that end with that minute. The values
differ only when one has come or has moved from one period to the next, so all other minutes are
passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local_cloud.metrics.evaluation import Rule
from local_cloud.metrics.expression import Expression
from local_cloud.metrics.rows import Row
from local_cloud.metrics.series import STATISTICS
from local_cloud.metrics.store import SECONDS, Metric, Store


class NotWatched(ValueError):
    """An alarm of a kind that is not emulated."""


@dataclass(frozen=True)
class Read:
    """One metric as the alarm reads it."""

    metric: Metric
    statistic: str
    period_minutes: int


class Definition:
    """An alarm's metrics and rule, read from moto's alarm."""

    def __init__(self, alarm: Any) -> None:
        self.reads: dict[str, Read] = {}
        self._expressions: dict[str, Expression] = {}
        self.result = ""
        if alarm.metric_data_queries:
            self._read_queries(alarm)
        else:
            self._read_metric(alarm)
        periods = {each.period_minutes for each in self.reads.values()}
        if len(periods) != 1:
            raise NotWatched(f"{alarm.name} needs metrics of one period")
        self.period = periods.pop()
        self.rule = Rule(
            alarm.comparison_operator,
            float(alarm.threshold),
            int(alarm.evaluation_periods),
            int(alarm.datapoints_to_alarm or alarm.evaluation_periods),
            alarm.treat_missing_data or "missing",
        )

    @property
    def metrics(self) -> set[Metric]:
        return {each.metric for each in self.reads.values()}

    def minutes_to_look_at(self, store: Store, after: int, until: int) -> Iterator[int]:
        """The minutes after `after`, up to `until`, in which the values may differ from the minute
        before.
        """
        reach = self.period * self.rule.periods_seen
        for edge in store.edges(self.metrics, after - reach, until):
            steps = max(0, -(-(after + 1 - edge) // self.period))
            yield from range(edge + steps * self.period, min(until, edge + reach) + 1, self.period)

    def values(self, store: Store, minute: int) -> Row:
        """The values of the periods that the alarm reads, the oldest first; the last one ends with
        `minute`.
        """
        periods = self.rule.periods_seen
        starts = range(minute - periods * self.period, minute, self.period)
        rows = {name: self._row(store, read, starts) for name, read in self.reads.items()}
        return self._value(self.result, rows, periods)

    def _row(self, store: Store, read: Read, starts: range) -> Row:
        series = store.of(read.metric)
        points = [series.between(start, start + self.period) for start in starts]
        return [None if each is None else each.statistic(read.statistic) for each in points]

    def _value(self, name: str, rows: dict[str, Row], periods: int) -> Row:
        if name in rows:
            return rows[name]
        expression = self._expressions[name]
        for needed in expression.names:
            rows[needed] = self._value(needed, rows, periods)
        return expression.row(rows, list(self.reads), periods)

    def _read_metric(self, alarm: Any) -> None:
        self.result = "m"
        metric = metric_of(alarm.region_name, alarm.namespace, alarm.metric_name, alarm.dimensions)
        self.reads["m"] = read_of(alarm, metric, alarm.statistic, alarm.period)

    def _read_queries(self, alarm: Any) -> None:
        for query in alarm.metric_data_queries:
            if query.metric_stat is not None:
                found = query.metric_stat.metric
                metric = metric_of(
                    alarm.region_name, found.namespace, found.metric_name, found.dimensions
                )
                stat = query.metric_stat
                self.reads[query.id] = read_of(alarm, metric, stat.stat, stat.period)
            else:
                self._expressions[query.id] = Expression(query.expression)
            if query.return_data in (True, None, "true"):
                self.result = query.id
        known = self.reads.keys() | self._expressions.keys()
        for expression in self._expressions.values():
            if missing := expression.names - known:
                raise NotWatched(f"{alarm.name} has no query {sorted(missing)[0]}")
        if not self.result:
            raise NotWatched(f"{alarm.name} returns no data")


def metric_of(region: str, namespace: str, name: str, dimensions: Any) -> Metric:
    """The metric of these names; `dimensions` are moto's."""
    return Metric(
        region, namespace, name, frozenset((each.name, each.value) for each in dimensions)
    )


def read_of(alarm: Any, metric: Metric, statistic: str | None, period: Any) -> Read:
    if statistic not in STATISTICS:
        raise NotWatched(f"{alarm.name} reads a statistic that is not emulated: {statistic}")
    minutes, rest = divmod(int(period or 0), SECONDS)
    if rest or not minutes:
        raise NotWatched(f"{alarm.name} needs a period of whole minutes")
    return Read(metric, statistic, minutes)

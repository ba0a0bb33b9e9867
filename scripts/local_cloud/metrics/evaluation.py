"""The state of an alarm by the data points that it reads. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

# CloudWatch looks further back than the alarm's periods; its pages do not say how far. Their
# examples have three periods and show five.
FURTHER_PERIODS = 2

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


@dataclass(frozen=True)
class Rule:
    """Threshold, periods and treatment of missing data of an alarm."""

    comparison: str
    threshold: float
    periods: int  # evaluated
    breaching: int  # of these, to alarm
    missing: str  # breaching, notBreaching, ignore or missing

    @property
    def periods_seen(self) -> int:
        return self.periods + FURTHER_PERIODS

    def state(self, values: Sequence[float | None], before: str) -> str:
        """The state by the values of the periods, the oldest first, and the state so far."""
        compare = COMPARISONS[self.comparison]
        breaches = [None if each is None else compare(each, self.threshold) for each in values]
        real = [each for each in breaches if each is not None]
        if len(real) >= self.periods:
            bad = sum(real[-self.periods :])
            return ALARM if bad >= self.breaching else OK
        if self.missing == "breaching":
            return ALARM if self.periods - len(real) + sum(real) >= self.breaching else OK
        if sum(real) >= self.breaching:
            return ALARM
        if self.missing == "notBreaching" or False in real:
            return OK
        if self.missing == "ignore":
            return before
        return self._state_of_little(breaches)

    def _state_of_little(self, breaches: list[bool | None]) -> str:
        """The state where there are only breaching and missing values. A breach must be as old as
        it takes to alarm: a newer one may be the first of many.
        """
        if True in breaches and len(breaches) - breaches.index(True) >= self.breaching:
            return ALARM
        return INSUFFICIENT_DATA

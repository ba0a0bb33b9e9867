"""Metrics by the minute, metric math, and the state of an alarm by its values."""

from typing import Any

import pytest

from local_cloud.metrics.evaluation import Rule
from local_cloud.metrics.expression import Expression
from local_cloud.metrics.rows import NotEmulated, Row
from local_cloud.metrics.series import Point, Series

POINTS = {"0": 0.0, "X": 2.0, "-": None}
STATES = {"OK": "OK", "ALARM": "ALARM", "NONE": "INSUFFICIENT_DATA", "KEEP": "as before"}


# The examples of CloudWatch's own manual; the columns are missing, ignore, breaching, notBreaching.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
@pytest.mark.parametrize(
    ("breaching", "seen", "expected"),
    [
        (3, "0 - X - X", "OK OK OK OK"),
        (3, "0 - - - -", "OK OK OK OK"),
        (3, "- - - - -", "NONE KEEP ALARM OK"),
        (3, "0 X X - X", "ALARM ALARM ALARM ALARM"),
        (3, "- - - - X", "NONE KEEP ALARM OK"),
        (3, "- - X - -", "ALARM KEEP ALARM OK"),
        (3, "X - - - -", "ALARM KEEP ALARM OK"),
        (2, "0 - X - X", "ALARM ALARM ALARM ALARM"),
        (2, "0 0 X 0 X", "ALARM ALARM ALARM ALARM"),
        (2, "0 - X - -", "OK OK ALARM OK"),
        (2, "- - - - 0", "OK OK ALARM OK"),
        (2, "- - - - X", "NONE KEEP ALARM OK"),
        (2, "- - - X -", "ALARM KEEP ALARM OK"),
    ],
)
def test_missing_data_counts_as_the_alarm_says(breaching: int, seen: str, expected: str) -> None:
    values = [POINTS[each] for each in seen.split()]
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    for treatment, state in zip(treatments, expected.split(), strict=True):
        rule = Rule("GreaterThanThreshold", 1, 3, breaching, treatment)
        assert rule.state(values, "as before") == STATES[state], treatment


@pytest.mark.parametrize(
    ("comparison", "below", "same", "above"),
    [
        ("GreaterThanThreshold", "OK", "OK", "ALARM"),
        ("GreaterThanOrEqualToThreshold", "OK", "ALARM", "ALARM"),
        ("LessThanThreshold", "ALARM", "OK", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM", "ALARM", "OK"),
    ],
)
def test_the_threshold_is_compared_as_the_alarm_says(
    comparison: str, below: str, same: str, above: str
) -> None:
    rule = Rule(comparison, 5, 1, 1, "missing")
    assert [rule.state([None, None, value], "OK") for value in (4, 5, 6)] == [below, same, above]


ROWS: dict[str, Row] = {"m1": [1.0, None, 4.0], "m2": [10.0, 20.0, 0.0], "m3": [None, None, 1.0]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUM(METRICS())", [11.0, 20.0, 5.0]),
        ("SUM([m1, m3])", [1.0, None, 5.0]),
        ("MAX([m1, m2])", [10.0, 20.0, 4.0]),
        ("MIN(METRICS())", [1.0, 20.0, 0.0]),
        ("AVG([m1, m2])", [5.5, 20.0, 2.0]),
        ("m1 + m2 * 2", [21.0, None, 4.0]),
        ("(m1 + m2) * 2", [22.0, None, 8.0]),
        ("-m1 - 1", [-2.0, None, -5.0]),
        ("2 ^ m1", [2.0, None, 16.0]),
        ("m1 / m2", [0.1, None, None]),
        ("FILL(m1, 0) + m2", [11.0, 20.0, 4.0]),
        ("FILL(m1, REPEAT)", [1.0, 1.0, 4.0]),
        ("FILL(m1, m2)", [1.0, 20.0, 4.0]),
        ("SUM(FILL(METRICS(), 1))", [12.0, 22.0, 5.0]),
        ("IF(m2 >= 10, 100 * m1 / m2, 0)", [10.0, None, 0.0]),
        ("IF(m2 > 0 AND m2 < 15, 1, 2)", [1.0, 2.0, 2.0]),
        ("IF(m2 == 0 || m2 == 20, m2, m1)", [1.0, 20.0, 0.0]),
        ("5", [5.0, 5.0, 5.0]),
    ],
)
def test_metric_math(text: str, expected: Row) -> None:
    assert Expression(text).row(dict(ROWS), list(ROWS), 3) == expected


@pytest.mark.parametrize(
    "text", ["ANOMALY_DETECTION_BAND(m1)", "m1 +", "m1 m2", "SUM(m1", "SEARCH('x')", "(m1))"]
)
def test_metric_math_that_is_not_emulated_is_refused(text: str) -> None:
    with pytest.raises(NotEmulated):
        Expression(text)


def totals(series: Series, *windows: tuple[int, int]) -> list[Any]:
    found = [series.between(*each) for each in windows]
    return [None if each is None else (each.total, each.count) for each in found]


def test_values_of_a_minute_are_joined_and_those_of_a_period_too() -> None:
    series = Series()
    for minute, value in ((10, 1.0), (10, 3.0), (12, 5.0), (8, 7.0)):
        series.add(minute, Point.of(value))
    assert totals(series, (10, 11), (11, 12), (8, 13), (0, 8)) == [(4, 2), None, (16, 4), None]
    point = series.between(10, 13)
    assert point is not None
    names = ("Sum", "Minimum", "Maximum", "SampleCount", "Average")
    assert [point.statistic(each) for each in names] == [9, 1, 5, 3, 3]


def test_a_value_that_stays_is_one_stretch_which_a_later_value_may_part() -> None:
    series = Series()
    series.extend(0, 100, Point.of(2))
    series.extend(100, 10_000, Point.of(2))
    assert series.edges(-1, 20_000) == {1, 10_000}
    series.add(50, Point.of(5))
    assert series.edges(-1, 20_000) == {1, 50, 51, 52, 10_000}
    assert totals(series, (49, 52), (0, 10_000)) == [(11, 4), (20_005, 10_001)]

"""The values of metric math: a number, a row (one number a period), or several rows.

A value that is missing in a row is None.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from collections.abc import Callable
from dataclasses import dataclass

Row = list[float | None]


@dataclass(frozen=True)
class Rows:
    """Several rows at once, as METRICS() gives them."""

    each: list[Row]


Value = float | Row | Rows


class NotEmulated(ValueError):
    """An expression that CloudWatch may know and this emulation does not."""


@dataclass(frozen=True)
class Given:
    """The values of an expression: rows by their ids, and which of them METRICS() stands for."""

    rows: dict[str, Row]
    metrics: list[str]


Node = Callable[[Given], Value]


def several(nodes: list[Node]) -> Node:
    def rows(given: Given) -> Value:
        values = [node(given) for node in nodes]
        found = [row for each in values if isinstance(each, Rows) for row in each.each]
        return Rows(found + [each for each in values if isinstance(each, list)])

    return rows


def combined(function: Callable[[float, float], float], left: Node, right: Node) -> Node:
    return lambda given: pairwise(function, left(given), right(given))


def pairwise(function: Callable[[float, float], float], a: Value, b: Value) -> Value:
    """Combines two rows period by period; where one lacks a value, so does the result."""
    if isinstance(a, Rows):
        return Rows([row_of(pairwise(function, each, b)) for each in a.each])
    if isinstance(b, Rows):
        return Rows([row_of(pairwise(function, a, each)) for each in b.each])
    if isinstance(a, list) or isinstance(b, list):
        length = len(a) if isinstance(a, list) else len(b) if isinstance(b, list) else 0
        return [
            applied(function, x, y) for x, y in zip(row(a, length), row(b, length), strict=True)
        ]
    result = applied(function, a, b)
    return [result] if result is None else result


def applied(
    function: Callable[[float, float], float], a: float | None, b: float | None
) -> float | None:
    """The operator's result; None where a value is missing and for a division by zero."""
    if a is None or b is None:
        return None
    try:
        return function(a, b)
    except ZeroDivisionError:
        return None


def row(value: Value, length: int) -> Row:
    return value if isinstance(value, list) else [row_number(value)] * length


def row_number(value: Value) -> float:
    assert isinstance(value, int | float)
    return value


def row_of(value: Value) -> Row:
    assert isinstance(value, list)
    return value


def total(function: Callable[[list[float]], float], node: Node) -> Node:
    """The total of several rows in each period, without missing values; or the total of one row."""

    def of(values: list[float | None]) -> float | None:
        real = [each for each in values if each is not None]
        return function(real) if real else None

    def totalled(given: Given) -> Value:
        value = node(given)
        if isinstance(value, Rows):
            return [of(list(each)) for each in zip(*value.each, strict=True)]
        if isinstance(value, list):
            length, number = len(value), of(value)
            return [number] * length
        return value

    return totalled


def choice(condition: Node, yes: Node, no: Node) -> Node:
    def chosen(given: Given) -> Value:
        test = condition(given)
        if isinstance(test, Rows):
            raise NotEmulated("IF with several conditions is not emulated")
        if not isinstance(test, list):
            return yes(given) if test else no(given)
        length = len(test)
        triples = zip(test, row(yes(given), length), row(no(given), length), strict=True)
        return [None if each is None else a if each else b for each, a, b in triples]

    return chosen


def by_row(function: Callable[[Row], Row], value: Value) -> Value:
    if isinstance(value, Rows):
        return Rows([function(each) for each in value.each])
    return function(value) if isinstance(value, list) else value


def repeated(values: Row) -> Row:
    found: Row = []
    for each in values:
        found.append(each if each is not None or not found else found[-1])
    return found


def fill(value: Value, other: Value) -> Value:
    def filled(values: Row) -> Row:
        replacements = row(other, len(values))
        return [b if a is None else a for a, b in zip(values, replacements, strict=True)]

    return by_row(filled, value)

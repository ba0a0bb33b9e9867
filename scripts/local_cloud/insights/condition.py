"""The condition of `filter`, and the rows that it leaves.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Filter.html
"""

from collections.abc import Callable
from typing import Any

from local_cloud.insights.words import Malformed, Words, literal

Row = dict[str, Any]
Condition = Callable[[Row], bool]


def condition(words: Words) -> Condition:
    """`or` binds less tightly than `and`, which binds less tightly than `not`."""
    parts = [conjunction(words)]
    while words.takes("or"):
        parts.append(conjunction(words))
    return lambda row: any(part(row) for part in parts)


def conjunction(words: Words) -> Condition:
    parts = [negation(words)]
    while words.takes("and"):
        parts.append(negation(words))
    return lambda row: all(part(row) for part in parts)


def negation(words: Words) -> Condition:
    if words.takes("not"):
        inner = negation(words)
        return lambda row: not inner(row)
    if words.takes("("):
        inner = condition(words)
        words.need(")")
        return inner
    if words.takes("ispresent", "("):
        name = words.take()
        words.need(")")
        return lambda row: row.get(name) is not None
    return comparison(words)


def comparison(words: Words) -> Condition:
    name = words.take()
    is_negated = words.takes("not")
    if words.takes("in"):
        wanted = listed(words)
        return lambda row: (row.get(name) in wanted) != is_negated
    if words.takes("like"):
        part = str(literal(words.take()))
        return lambda row: (part in str(row.get(name, ""))) != is_negated
    operator = words.take()
    value = literal(words.take())
    if operator == "=":
        return lambda row: row.get(name) == value
    if operator == "!=":
        return lambda row: row.get(name) != value
    if operator not in ORDERS or isinstance(value, str):
        raise Malformed(f"{operator!r} compares numbers only")
    number, order = value, ORDERS[operator]
    return lambda row: isinstance(row.get(name), int | float) and order(row[name], number)


ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def listed(words: Words) -> list[str | float]:
    words.need("[")
    values = [literal(words.take())]
    while words.takes(","):
        values.append(literal(words.take()))
    words.need("]")
    return values

"""The values of `stats` for each group of rows.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

from collections.abc import Callable
from typing import Any

from local_cloud.insights.words import Malformed, Words, literal

Row = dict[str, Any]
Statistic = Callable[[list[Row]], Any]


def stats(words: Words, rows: list[Row]) -> list[Row]:
    statistics = [statistic(words)]
    while words.takes(","):
        statistics.append(statistic(words))
    names = []
    if words.takes("by"):
        names = [words.take()]
        while words.takes(","):
            names.append(words.take())
    words.end()
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(name) for name in names), []).append(row)
    return [
        dict(zip(names, key, strict=True)) | {name: compute(group) for name, compute in statistics}
        for key, group in groups.items()
    ]


def statistic(words: Words) -> tuple[str, Statistic]:
    """`pct(field, 95) as name`"""
    function = words.take().lower()
    words.need("(")
    field = words.take()
    argument = float(literal(words.take())) if words.takes(",") else 0.0
    words.need(")")
    name = words.take() if words.takes("as") else f"{function}({field})"
    if function == "count":
        return name, lambda rows: len(
            [row for row in rows if field == "*" or row.get(field) is not None]
        )
    if function == "latest":
        return name, lambda rows: latest(rows, field)
    if function not in FUNCTIONS:
        raise Malformed(f"the function {function} is unknown here")
    compute = FUNCTIONS[function]
    return (
        name,
        lambda rows: compute(numbers(rows, field), argument) if numbers(rows, field) else None,
    )


def numbers(rows: list[Row], field: str) -> list[float]:
    return [row[field] for row in rows if isinstance(row.get(field), int | float)]


def latest(rows: list[Row], field: str) -> Any:
    known = [row for row in rows if row.get(field) is not None]
    return max(known, key=lambda row: row["@timestamp"])[field] if known else None


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    place = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(place) - 1]


FUNCTIONS: dict[str, Callable[[list[float], float], float]] = {
    "avg": lambda values, _: sum(values) / len(values),
    "sum": lambda values, _: sum(values),
    "min": lambda values, _: min(values),
    "max": lambda values, _: max(values),
    "pct": percentile,
}

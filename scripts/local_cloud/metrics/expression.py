"""Metric math, as far as alarms here use it. Anything else is refused when the alarm is made.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import operator
import re
from collections.abc import Callable

from local_cloud.metrics.rows import (
    Given,
    Node,
    NotEmulated,
    Row,
    Rows,
    by_row,
    choice,
    combined,
    fill,
    repeated,
    several,
    total,
)

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|==|!=|&&|\|\||[-+*/^<>()\[\],])")
LEVELS: tuple[dict[str, Callable[[float, float], float]], ...] = (
    {name: lambda a, b: float(bool(a or b)) for name in ("OR", "||")},
    {name: lambda a, b: float(bool(a and b)) for name in ("AND", "&&")},
    {
        "<": lambda a, b: float(a < b),
        "<=": lambda a, b: float(a <= b),
        ">": lambda a, b: float(a > b),
        ">=": lambda a, b: float(a >= b),
        "==": lambda a, b: float(a == b),
        "!=": lambda a, b: float(a != b),
    },
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.truediv},
    {"^": operator.pow},
)
TOTALS: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVG": lambda values: sum(values) / len(values),
}


class Expression:
    """`SUM(METRICS())`, `IF(m1 >= 10, 100 * m2 / m1, 0)`, `FILL(m1, 0) + FILL(m2, 0)`"""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            if match is None:
                raise NotEmulated(f"the expression {text} cannot be read at {text[place:]}")
            self._tokens.append(match.group(1))
            place = match.end()
        self.names: set[str] = set()  # of metrics and other expressions
        self._node = self._binary(0)
        if self._tokens:
            raise NotEmulated(f"the expression {text} cannot be read at {self._tokens[0]}")

    def row(self, rows: dict[str, Row], metrics: list[str], periods: int) -> Row:
        """The result in each period; `metrics` are the rows that METRICS() stands for."""
        value = self._node(Given(rows, metrics))
        if isinstance(value, Rows):
            raise NotEmulated(f"the expression {self.text} has several results")
        return value if isinstance(value, list) else [value] * periods

    def _take(self, wanted: str | None = None) -> str:
        if not self._tokens:
            raise NotEmulated(f"the expression {self.text} ends too early")
        token = self._tokens.pop(0)
        if wanted is not None and token != wanted:
            raise NotEmulated(f"the expression {self.text} has {token} where {wanted} is expected")
        return token

    def _binary(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._single()
        left = self._binary(level + 1)
        while self._tokens and self._tokens[0] in LEVELS[level]:
            left = combined(LEVELS[level][self._take()], left, self._binary(level + 1))
        return left

    def _single(self) -> Node:
        token = self._take()
        if token == "-":
            return combined(operator.sub, lambda _: 0.0, self._single())
        if token == "(":
            inner = self._binary(0)
            self._take(")")
            return inner
        if token == "[":
            return several(self._list("]"))
        if token[0].isdigit():
            number = float(token)
            return lambda _: number
        if not token[0].isalpha():
            raise NotEmulated(f"the expression {self.text} cannot be read at {token}")
        if self._tokens and self._tokens[0] == "(":
            self._take()
            return self._call(token)
        self.names.add(token)
        return lambda given: given.rows[token]

    def _call(self, name: str) -> Node:
        if name == "METRICS":
            self._take(")")
            return lambda given: Rows([given.rows[each] for each in given.metrics])
        if name == "FILL":
            return self._fill()
        arguments = self._list(")")
        if name in TOTALS and len(arguments) == 1:
            return total(TOTALS[name], arguments[0])
        if name == "IF" and len(arguments) == 3:
            return choice(*arguments)
        raise NotEmulated(f"{name} with {len(arguments)} arguments is not emulated: {self.text}")

    def _fill(self) -> Node:
        filled = self._binary(0)
        self._take(",")
        if self._tokens and self._tokens[0] == "REPEAT":
            self._take()
            self._take(")")
            return lambda given: by_row(repeated, filled(given))
        other = self._binary(0)
        self._take(")")
        return lambda given: fill(filled(given), other(given))

    def _list(self, end: str) -> list[Node]:
        found = [self._binary(0)]
        while self._tokens and self._tokens[0] == ",":
            self._take()
            found.append(self._binary(0))
        self._take(end)
        return found

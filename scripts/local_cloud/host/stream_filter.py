"""Does a stream record match a mapping's filter?

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from typing import Any

COMPARISONS = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def passes(patterns: list[dict[str, Any]], record: dict[str, Any]) -> bool:
    return not patterns or any(matches(pattern, record) for pattern in patterns)


def matches(pattern: dict[str, Any], value: Any) -> bool:
    return all(
        matches(wanted, value.get(name) if isinstance(value, dict) else None)
        if isinstance(wanted, dict)
        else leaf_matches(wanted, value, name)
        for name, wanted in pattern.items()
    )


def leaf_matches(wanted: list[Any], value: Any, name: str) -> bool:
    exists = isinstance(value, dict) and name in value
    actual = value.get(name) if isinstance(value, dict) else None
    return any(one_matches(each, actual, exists) for each in wanted)


def one_matches(wanted: Any, actual: Any, exists: bool) -> bool:
    if not isinstance(wanted, dict):
        return exists and actual == wanted
    operator, operand = next(iter(wanted.items()))
    if operator == "exists":
        return exists is bool(operand)
    if not exists:
        return False
    if operator == "prefix":
        return isinstance(actual, str) and actual.startswith(operand)
    if operator == "suffix":
        return isinstance(actual, str) and actual.endswith(operand)
    if operator == "anything-but":
        return actual not in (operand if isinstance(operand, list) else [operand])
    if operator == "numeric":
        number = float(actual)
        pairs = zip(operand[::2], operand[1::2], strict=True)
        return all(COMPARISONS[sign](number, float(limit)) for sign, limit in pairs)
    raise ValueError(f"filter operator {operator} is not emulated")

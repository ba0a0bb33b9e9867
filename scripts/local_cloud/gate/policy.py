"""The evaluation of policy documents. Pure: documents and request in, verdict out.

By hand, because moto's own evaluator takes an unmet condition for a match and knows resources of S3
only, and the packages on PyPI parse or lint policies, but do not evaluate them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

Document = dict[str, Any]


class Verdict(Enum):
    """The verdict of policies on a request."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"


@dataclass(frozen=True)
class Request:
    """One action on one resource, with the condition keys that are known."""

    action: str
    resource: str
    context: dict[str, list[str]] = field(default_factory=dict)
    principal_arn: str | None = None
    principal_service: str | None = None


def is_allowed(documents: Iterable[Document], request: Request) -> bool:
    return evaluate(documents, request) is Verdict.ALLOW


def evaluate(documents: Iterable[Document], request: Request) -> Verdict:
    verdict = Verdict.IMPLICIT_DENY
    for document in documents:
        for statement in as_list(document.get("Statement")):
            if not applies(statement, request):
                continue
            if statement.get("Effect") == "Deny":
                return Verdict.EXPLICIT_DENY
            verdict = Verdict.ALLOW
    return verdict


def applies(statement: Document, request: Request) -> bool:
    return (
        principal_matches(statement, request)
        and names_match(statement, "Action", request.action, fold_case=True)
        and resource_matches(statement, request)
        and all(
            condition_holds(operator, key, as_list(values), request.context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, values in tests.items()
        )
    )


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def principal_matches(statement: Document, request: Request) -> bool:
    if "Principal" not in statement:
        return True  # an identity's own policy
    principal = statement["Principal"]
    if principal == "*":
        return True
    for kind, values in principal.items():
        for value in as_list(values):
            if kind == "Service" and value == request.principal_service:
                return True
            if kind == "AWS" and request.principal_arn and aws_matches(value, request):
                return True
    return False


def aws_matches(value: str, request: Request) -> bool:
    arn = request.principal_arn or ""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    return value in ("*", arn, account) or value.endswith(f"::{account}:root")


def names_match(statement: Document, element: str, name: str, fold_case: bool) -> bool:
    if element in statement:
        return any(glob(p, name, fold_case) for p in as_list(statement[element]))
    if f"Not{element}" in statement:
        return not any(glob(p, name, fold_case) for p in as_list(statement[f"Not{element}"]))
    return False


def resource_matches(statement: Document, request: Request) -> bool:
    if "Resource" not in statement and "NotResource" not in statement:
        return "Principal" in statement  # trust policies name no resource
    return names_match(statement, "Resource", request.resource, fold_case=False)


@lru_cache(maxsize=4096)
def compiled(pattern: str, fold_case: bool) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if fold_case else 0))


def glob(pattern: str, text: str, fold_case: bool = False) -> bool:
    return compiled(pattern, fold_case).fullmatch(text) is not None


def condition_holds(
    operator: str, key: str, wanted: list[Any], context: dict[str, list[str]]
) -> bool:
    """Whether one operator on one key holds; several wanted values are alternatives.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    quantifier, _, name = operator.rpartition(":")
    name, if_exists = (name[:-8], True) if name.endswith("IfExists") else (name, False)
    folded = {k.lower(): v for k, v in context.items()}
    actual = folded.get(key.lower())
    wanted_texts = [text_of(value) for value in wanted]
    if name == "Null":
        return (not actual) == (wanted_texts[0] == "true")
    if not actual:
        return if_exists or quantifier == "ForAllValues" or (not quantifier and is_negated(name))
    if quantifier == "ForAllValues":
        return all(value_matches(name, value, wanted_texts) for value in actual)
    return any(value_matches(name, value, wanted_texts) for value in actual)


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_negated(name: str) -> bool:
    return "Not" in name


def value_matches(name: str, actual: str, wanted: list[str]) -> bool:
    if is_negated(name):
        return not any(one_matches(name.replace("Not", ""), actual, each) for each in wanted)
    return any(one_matches(name, actual, each) for each in wanted)


def one_matches(name: str, actual: str, wanted: str) -> bool:
    if name == "StringEquals":
        return actual == wanted
    if name == "StringEqualsIgnoreCase":
        return actual.lower() == wanted.lower()
    if name in ("StringLike", "ArnLike", "ArnEquals"):
        return glob(wanted, actual)
    if name == "Bool":
        return actual.lower() == wanted.lower()
    if name == "BinaryEquals":
        return actual == wanted
    if name == "IpAddress":
        return ip_address(actual) in ip_network(wanted, strict=False)
    if name.startswith("Numeric"):
        return number_matches(name[7:], float(actual), float(wanted))
    if name.startswith("Date"):
        return number_matches(name[4:], seconds(actual), seconds(wanted))
    raise ValueError(f"condition operator {name} is not emulated")


def number_matches(comparison: str, actual: float, wanted: float) -> bool:
    return {
        "Equals": actual == wanted,
        "LessThan": actual < wanted,
        "LessThanEquals": actual <= wanted,
        "GreaterThan": actual > wanted,
        "GreaterThanEquals": actual >= wanted,
    }[comparison]


def seconds(moment: str) -> float:
    """The seconds of an ISO 8601 date (in UTC where it names no zone) or of a number since the
    epoch.
    """
    try:
        return float(moment)
    except ValueError:
        date = datetime.fromisoformat(moment)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()

"""The names and values that AWS would refuse; moto checks few of them.

botocore's ParamValidator finds what is missing, unknown, too small or of a wrong type.

By hand, because ParamValidator does not read the models' patterns, enums and upper bounds.
"""

from functools import lru_cache
from typing import Any

import regex
from botocore.validate import ParamValidator

from local_cloud.gate import stated_rules
from local_cloud.gate.api_call import ApiCall, operation_model, service_model
from local_cloud.gate.refusal import Refusal, of_parameter

CODES = {
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "sqs": "InvalidParameterValue",
    "sns": "InvalidParameter",
    "sesv2": "BadRequestException",
    "ses": "InvalidParameterValue",
}
BASE64 = regex.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
TAG = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")


def problem(call: ApiCall) -> Refusal | None:
    """The refusal that AWS would send, or None."""
    found = misfit(call) or tag_problem(call.parameters) or stated_rules.problem(call)
    if found is None or isinstance(found, Refusal):
        return found
    return of_parameter(call.protocol, CODES.get(call.service, "ValidationException"), found)


def misfit(call: ApiCall) -> str | Refusal | None:
    """How the call differs from its service's model."""
    if call.fault is not None:
        return Refusal(400, "SerializationException", call.fault)
    operation = operation_model(call.service, call.operation)
    if operation is None:
        known = service_model(call.service) is not None
        return Refusal(400, "UnknownOperationException", "no such operation") if known else None
    if operation.input_shape is None:
        names = ", ".join(f'"{name}"' for name in call.parameters)
        return f"Unknown parameter in input: {names}" if names else None
    report = WireValidator().validate(call.parameters, operation.input_shape)
    if report.has_errors():
        return str(report.generate_report())
    return shape_problem(call.parameters, operation.input_shape, "")


class WireValidator(ParamValidator):  # type: ignore[misc]
    """botocore's validator, and what only a document in JSON can get wrong."""

    def _validate(self, params: Any, shape: Any, errors: Any, name: str) -> None:
        if (wanted := self._mistaken(params, shape)) is not None:
            errors.report(name, "invalid type", param=params, valid_types=[wanted])
        else:
            super()._validate(params, shape, errors, name)

    @staticmethod
    def _mistaken(value: Any, shape: Any) -> str | None:
        """The type that the value should have, where it has another."""
        kind = shape.type_name
        if kind == "blob" and isinstance(value, str) and not BASE64.fullmatch(value):
            return "base64"
        if kind == "timestamp" and isinstance(value, str):
            is_text = "timestampFormat" in shape.serialization
            return None if is_text else "a number of seconds"
        numbers = ("integer", "long", "float", "double", "timestamp")
        return "a number" if kind in numbers and isinstance(value, bool) else None


def shape_problem(value: Any, shape: Any, path: str) -> str | None:
    if shape is None or value is None:
        return None
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if (found := shape_problem(value.get(name), member, join(path, name))) is not None:
                return found
        return None
    if kind == "list" and isinstance(value, list):
        found = bound_problem("length", len(value), shape, path, value)
        for index, each in enumerate(value):
            found = found or shape_problem(each, shape.member, f"{path}.{index + 1}.member")
        return found
    if kind == "map" and isinstance(value, dict):
        for key, each in value.items():
            found = shape_problem(key, shape.key, path) or shape_problem(
                each, shape.value, f"{path}.{key}"
            )
            if found is not None:
                return found
        return None
    if kind == "string" and isinstance(value, str):
        return string_problem(value, shape, path)
    if kind in ("integer", "long") and isinstance(value, int):
        return bound_problem("value", value, shape, path, value)
    return None


def string_problem(value: str, shape: Any, path: str) -> str | None:
    found = bound_problem("length", len(value), shape, path, value)
    if found is not None:
        return found
    allowed = shape.enum
    if allowed and value not in allowed:
        return constraint(value, path, f"Member must satisfy enum value set: {sorted(allowed)}")
    pattern = shape.metadata.get("pattern")
    if pattern and not matches(pattern, value):
        return constraint(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    return None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any | None:
    try:
        return regex.compile(pattern, regex.VERSION0)
    except regex.error:
        return None


def matches(pattern: str, value: str) -> bool:
    expression = compiled(pattern)
    return expression is None or expression.fullmatch(value) is not None


def bound_problem(measure: str, number: int, shape: Any, path: str, value: Any) -> str | None:
    high = shape.metadata.get("max")
    if high is not None and number > high:
        problem = f"Member must have {measure} less than or equal to {high}"
        return constraint(value, path, problem)
    return None


def constraint(value: Any, path: str, rule: str) -> str:
    shown = f"'{value}'"[:200]
    return (
        f"1 validation error detected: Value {shown} at '{path}' failed to satisfy "
        f"constraint: {rule}"
    )


def join(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def tag_problem(parameters: dict[str, Any]) -> str | None:
    tags = parameters.get("Tags") or parameters.get("tags") or {}
    pairs = (
        tags.items()
        if isinstance(tags, dict)
        else [
            (tag.get("Key", tag.get("TagKey", "")), tag.get("Value", tag.get("TagValue", "")))
            for tag in tags
            if isinstance(tag, dict)
        ]
    )
    for key, value in pairs:
        for text, limit in ((key, 128), (value or "", 256)):
            if not TAG.fullmatch(str(text)) or len(str(text)) > limit:
                return constraint(
                    text,
                    "tags",
                    "Member must satisfy regular expression pattern: "
                    f"{TAG.pattern} and have at most {limit} characters",
                )
    return None

"""Would AWS take these names and values? moto checks few of them.

Patterns and lengths are those of the service models that botocore ships, plus the rules that AWS's
pages state in words only.
"""

from functools import lru_cache
from typing import Any

import regex

from local_cloud import ACCOUNT
from local_cloud.gate.api_call import ApiCall, input_shape
from local_cloud.gate.refusal import Refusal, of_parameter

SERVICES = (
    "iam",
    "ssm",
    "sqs",
    "sns",
    "dynamodb",
    "kms",
    "lambda",
    "events",
    "pipes",
    "logs",
    "ses",
    "sesv2",
    "sts",
)
CODES = {
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "sqs": "InvalidParameterValue",
    "sns": "InvalidParameter",
    "sesv2": "BadRequestException",
    "ses": "InvalidParameterValue",
}
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
TAG = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
PARAMETER_NAME = regex.compile(r"[a-zA-Z0-9_.\-/]+")
MAXIMUM_STANDARD_PARAMETER = 4096
MAXIMUM_EVENTS = 256 * 1024


def problem(call: ApiCall) -> Refusal | None:
    """The refusal that AWS would send, or None."""
    if call.service not in SERVICES:
        return None
    message = (
        shape_problem(call.parameters, input_shape(call.service, call.operation), "")
        or tag_problem(call.parameters)
        or in_words(call)
    )
    if message is None:
        return None
    return of_parameter(call.protocol, CODES.get(call.service, "ValidationException"), message)


def shape_problem(value: Any, shape: Any, path: str) -> str | None:
    if shape is None or value is None:
        return None
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if (found := shape_problem(value.get(name), member, join(path, name))) is not None:
                return found
        for name in shape.required_members:
            if name not in value:
                return constraint(None, join(path, name), "Member must not be null")
        return None
    if kind == "list" and isinstance(value, list):
        found = length_problem(len(value), shape, path, value)
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
    if (
        kind in ("integer", "long")
        and isinstance(value, (int, str))
        and str(value).lstrip("-").isdigit()
    ):
        return range_problem(int(value), shape, path)
    return None


def string_problem(value: str, shape: Any, path: str) -> str | None:
    found = length_problem(len(value), shape, path, value)
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


def length_problem(length: int, shape: Any, path: str, value: Any) -> str | None:
    return bound_problem("length", length, shape, path, value)


def range_problem(value: int, shape: Any, path: str) -> str | None:
    return bound_problem("value", value, shape, path, value)


def bound_problem(measure: str, number: int, shape: Any, path: str, value: Any) -> str | None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and number < low:
        problem = f"Member must have {measure} greater than or equal to {low}"
        return constraint(value, path, problem)
    if high is not None and number > high:
        problem = f"Member must have {measure} less than or equal to {high}"
        return constraint(value, path, problem)
    return None


def constraint(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return (
        f"1 validation error detected: Value {shown[:200]} at '{path}' failed to satisfy "
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


def in_words(call: ApiCall) -> str | None:
    p = call.parameters
    if call.service == "ssm" and call.operation == "PutParameter":
        return ssm_problem(p)
    if call.service == "events" and call.operation == "PutEvents":
        return events_problem(p)
    if call.service == "lambda" and call.operation in (
        "CreateEventSourceMapping",
        "UpdateEventSourceMapping",
    ):
        return mapping_problem(call)
    return None


def ssm_problem(p: dict[str, Any]) -> str | None:
    name, value = str(p.get("Name", "")), str(p.get("Value", ""))
    if not PARAMETER_NAME.fullmatch(name):
        return (
            'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a '
            "path, it can consist of sub-paths divided by slash symbol; each sub-path can be "
            "formed as a mix of letters, numbers and the following 3 symbols .-_"
        )
    if name.lstrip("/").lower().startswith(("aws", "ssm")):
        return "No access to reserved parameter name: " + name
    if len(value) > MAXIMUM_STANDARD_PARAMETER and p.get("Tier", "Standard") == "Standard":
        return (
            "Standard tier parameters support a maximum parameter value of 4096 characters. "
            "To create a larger parameter value, upgrade the parameter to use the "
            "advanced-parameter tier."
        )
    return None


def events_problem(p: dict[str, Any]) -> str | None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html"""
    size = sum(
        len(str(entry.get(name, "")).encode())
        for entry in p.get("Entries", [])
        for name in ("Source", "DetailType", "Detail", "Resources")
    )
    if size > MAXIMUM_EVENTS:
        return "Total size of the entries in the request is over the limit."
    return None


def mapping_problem(call: ApiCall) -> str | None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    from moto.awslambda.models import lambda_backends

    from local_cloud.additions.admission import find_queue

    source = str(call.parameters.get("EventSourceArn", ""))
    if ":sqs:" not in source:
        return None
    queue = find_queue(source)
    if queue is None:
        return (
            "Error occurred while ReceiveMessage. SQS Error Code: "
            "AWS.SimpleQueueService.NonExistentQueue"
        )
    name = str(call.parameters.get("FunctionName", "")).rpartition(":function:")[2]
    try:
        function = lambda_backends[ACCOUNT][call.region].get_function(name)
    except Exception:
        return None  # moto itself names the missing function
    if function.timeout > queue.visibility_timeout:
        return (
            f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
            f"Function timeout: {function.timeout} seconds"
        )
    return None

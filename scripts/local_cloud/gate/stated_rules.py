"""Rules that AWS's pages state in words and no service model contains."""

from collections.abc import Callable

import regex

from local_cloud import ACCOUNT
from local_cloud.gate import iam_permissions, principals
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.refusal import Refusal

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
PARAMETER_NAME = regex.compile(r"[a-zA-Z0-9_.\-/]+")
MAXIMUM_STANDARD_PARAMETER = 4096
MAXIMUM_EVENTS = 256 * 1024
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST_POLICIES = {"CreatePolicy": 6_144, "PutRolePolicy": 10_240, "PutUserPolicy": 2_048}


def problem(call: ApiCall) -> str | Refusal | None:
    """What is wrong, or the whole refusal where AWS has a code of its own for it."""
    rule = RULES.get((call.service, call.operation))
    return rule(call) if rule else None


def policy_problem(call: ApiCall) -> Refusal | None:
    """White space does not count. Other policies of the role or user are not added."""
    length = len("".join(str(call.parameters.get("PolicyDocument", "")).split()))
    limit = LONGEST_POLICIES[call.operation]
    if length <= limit:
        return None
    message = f"Maximum policy size of {limit} bytes exceeded"
    return Refusal(409, "LimitExceeded", message)


def boundary_problem(call: ApiCall) -> Refusal | None:
    """A permissions boundary must be an existing managed policy."""
    arn = call.parameters.get("PermissionsBoundary")
    if arn is None or principals.managed_policy_exists(arn):
        return None
    message = f"Scope ARN: {arn} does not exist or is not attachable."
    return Refusal(404, "NoSuchEntity", message)


def ssm_problem(call: ApiCall) -> str | None:
    p = call.parameters
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


def events_problem(call: ApiCall) -> str | None:
    """The limit on the size of a request's events.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
    """
    size = sum(
        len(str(entry.get(name, "")).encode())
        for entry in call.parameters.get("Entries", [])
        for name in ("Source", "DetailType", "Detail", "Resources")
    )
    if size > MAXIMUM_EVENTS:
        return "Total size of the entries in the request is over the limit."
    return None


def schedule_problem(call: ApiCall) -> Refusal | None:
    """Scheduler refuses a role that it could not assume."""
    role = str((call.parameters.get("Target") or {}).get("RoleArn", ""))
    if principals.trusts(role, "scheduler.amazonaws.com"):
        return None
    message = (
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    )
    return Refusal(400, "ValidationException", message)


def mapping_problem(call: ApiCall) -> str | None:
    """What Lambda demands of a queue before it makes a mapping.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
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


RULES: dict[tuple[str, str], Callable[[ApiCall], str | Refusal | None]] = {
    **{("iam", operation): policy_problem for operation in LONGEST_POLICIES},
    **{("iam", operation): boundary_problem for operation in iam_permissions.SETTING_A_BOUNDARY},
    ("ssm", "PutParameter"): ssm_problem,
    ("events", "PutEvents"): events_problem,
    ("scheduler", "CreateSchedule"): schedule_problem,
    ("scheduler", "UpdateSchedule"): schedule_problem,
    ("lambda", "CreateEventSourceMapping"): mapping_problem,
    ("lambda", "UpdateEventSourceMapping"): mapping_problem,
}

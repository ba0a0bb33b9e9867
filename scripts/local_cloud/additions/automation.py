"""Systems Manager's Automation: runbooks are started and described here; the host runs them.

Feature: moto keeps documents, but cannot execute one.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetAutomationExecution.html
"""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.ssm import responses
from moto.ssm.models import ssm_backends

from local_cloud import ACCOUNT
from local_cloud.additions.patching import add
from local_cloud.additions.runbook import InvalidParameters, Runbook
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate import principals
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits

NO_OUTPUT = "No output available yet because the step is not successfully executed"
CREDENTIAL = re.compile(r"Credential=([^/]+)/")
RATE_CONTROL = ("TargetParameterName", "Targets", "TargetMaps", "TargetLocations")


@dataclass
class Execution:
    """One run of a runbook and its progress."""

    identifier: str
    runbook: Runbook
    given: dict[str, list[str]]
    values: dict[str, Any]
    role: str
    caller: str
    token: str | None
    started: float = field(default_factory=ACTIVITY.clock.now)
    ended: float | None = None
    is_taken: bool = False
    status: str = "InProgress"
    failure: str | None = None
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        return without_none(
            {
                "AutomationExecutionId": self.identifier,
                "DocumentName": self.runbook.name,
                "DocumentVersion": self.runbook.version,
                "ExecutionStartTime": self.started,
                "ExecutionEndTime": self.ended,
                "AutomationExecutionStatus": self.status,
                "StepExecutions": [self._step(each) for each in self.runbook.steps()],
                "StepExecutionsTruncated": False,
                "Parameters": self.given,
                "Outputs": self._outputs(),
                "FailureMessage": self.failure,
                "Mode": "Auto",
                "ExecutedBy": self.caller,
                "Targets": [],
                "ResolvedTargets": {"ParameterValues": [], "Truncated": False},
            }
        )

    def _step(self, declared: dict[str, Any]) -> dict[str, Any]:
        done = self.steps.get(declared["name"], {})
        return without_none(
            {
                "StepName": declared["name"],
                "Action": declared["action"],
                "TimeoutSeconds": declared.get("timeoutSeconds"),
                "StepStatus": done.get("status", "Pending"),
                "ExecutionStartTime": done.get("started"),
                "ExecutionEndTime": done.get("ended"),
                "Outputs": done.get("outputs"),
                "FailureMessage": done.get("failure"),
            }
        )

    def _outputs(self) -> dict[str, list[str]]:
        """The outputs that the document declares. For a step that has not succeeded, AWS answers a
        sentence.
        """
        found = {}
        for output in self.runbook.outputs():
            step, _, name = output.partition(".")
            outputs = self.steps.get(step, {}).get("outputs") or {}
            found[output] = outputs.get(name, [NO_OUTPUT])
        return found

    def work(self) -> dict[str, Any]:
        """What the host has to know."""
        return {
            "id": self.identifier,
            "role": self.role,
            "values": self.values,
            "steps": self.runbook.steps(),
        }


def without_none(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}


def kept(backend: Any) -> dict[str, Execution]:
    found: dict[str, Execution] = backend.__dict__.setdefault("automation_executions", {})
    return found


def every_execution() -> Iterator[Execution]:
    for backend in ssm_backends[ACCOUNT].values():
        yield from kept(backend).values()


def start_automation_execution(response: Any) -> str:
    request = json.loads(response.body)
    refuse_what_is_lacking(request)
    given = request.get("Parameters") or {}
    if not all(isinstance(each, list) for each in given.values()):
        raise JsonRESTError("SerializationException", "Parameters is a map of lists of strings")
    runbook = Runbook.find(response.region, request["DocumentName"], request.get("DocumentVersion"))
    executions, token = kept(response.ssm_backend), request.get("ClientToken")
    for execution in executions.values():
        if token is not None and execution.token == token:
            if (execution.runbook, execution.given) != (runbook, given):
                message = "The token has begun another execution"
                raise JsonRESTError("IdempotentParameterMismatch", message)
            return json.dumps({"AutomationExecutionId": execution.identifier})
    values = runbook.values(given)
    identifier = str(uuid.uuid4())
    role = assumable_role(runbook, values, response.region, identifier)
    executions[identifier] = Execution(
        identifier, runbook, given, values, role, caller_of(response), token
    )
    ACTIVITY.note()
    return json.dumps({"AutomationExecutionId": identifier})


def caller_of(response: Any) -> str:
    found = CREDENTIAL.search(response.headers.get("Authorization", ""))
    principal = principals.find(found.group(1)) if found else None
    return principal.arn if principal else ""


def refuse_what_is_lacking(request: dict[str, Any]) -> None:
    wanted = [name for name in RATE_CONTROL if request.get(name)]
    if request.get("Mode", "Auto") != "Auto":
        wanted.append("Mode")
    if wanted:
        raise JsonRESTError("ValidationException", f"local-cloud lacks {', '.join(wanted)}")


def assumable_role(runbook: Runbook, values: dict[str, Any], region: str, identifier: str) -> str:
    """The role, if Systems Manager may assume it.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-troubleshooting.html
    """
    role = runbook.role(values)
    if role is None:
        raise JsonRESTError("ValidationException", "local-cloud runs a runbook only as its role")
    context = {
        "aws:SourceArn": [f"arn:aws:ssm:{region}:{ACCOUNT}:automation-execution/{identifier}"],
        "aws:SourceAccount": [ACCOUNT],
    }
    request = Request("sts:AssumeRole", role, context, principal_service="ssm.amazonaws.com")
    if not admits([f"trust of {role.rpartition('/')[2]}"], request):
        raise InvalidParameters("The defined assume role is unable to be assumed.")
    return role


def get_automation_execution(response: Any) -> str:
    identifier = json.loads(response.body)["AutomationExecutionId"]
    execution = kept(response.ssm_backend).get(identifier)
    if execution is None:
        message = f"There is no automation execution {identifier}"
        raise JsonRESTError("AutomationExecutionNotFoundException", message)
    return json.dumps({"AutomationExecution": execution.described()})


def waiting() -> int:
    """The number of executions that the host has not taken up yet."""
    return sum(1 for each in every_execution() if not each.is_taken)


def take() -> list[dict[str, Any]]:
    """The executions that wait. Whoever asks has to run them."""
    taken = [each for each in every_execution() if not each.is_taken]
    for execution in taken:
        execution.is_taken = True
    return [each.work() for each in taken]


def report(given: dict[str, Any]) -> dict[str, Any]:
    """The host's report on an execution: one step, or the end of the whole."""
    execution = next(each for each in every_execution() if each.identifier == given["id"])
    if "step" in given:
        execution.steps[given["step"]] = given["told"]
    else:
        execution.status, execution.failure = given["status"], given.get("failure")
        execution.ended = ACTIVITY.clock.now()
    ACTIVITY.note()
    return {}


def begin_again() -> None:
    """In a copy of the world nobody runs what was running, so it starts again."""
    for execution in every_execution():
        if execution.ended is None:
            execution.is_taken = False


def install() -> None:
    add(
        responses.SimpleSystemManagerResponse,
        start_automation_execution,
        get_automation_execution,
    )

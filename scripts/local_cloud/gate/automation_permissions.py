"""The permissions that it takes to start a runbook and to follow it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from local_cloud import ACCOUNT
from local_cloud.additions.runbook import Runbook
from local_cloud.gate.api_call import ApiCall

Needs = list[tuple[str, str, dict[str, list[str]]]]
OPERATIONS = ("StartAutomationExecution", "GetAutomationExecution")


def automation(call: ApiCall) -> Needs:
    p, action = call.parameters, f"ssm:{call.operation}"
    base = f"arn:aws:ssm:{call.region}:{ACCOUNT}"
    if call.operation == "GetAutomationExecution":
        identifier = p.get("AutomationExecutionId", "*")
        return [(action, f"{base}:automation-execution/{identifier}", {})]
    name = str(p.get("DocumentName", "*")).rpartition(":document/")[2]
    version = p.get("DocumentVersion", "$DEFAULT")
    needs: Needs = [(action, f"{base}:automation-definition/{name}:{version}", {})]
    role = passed_role(call)
    if role is not None:
        needs.append(("iam:PassRole", role, {"iam:PassedToService": ["ssm.amazonaws.com"]}))
    return needs


def passed_role(call: ApiCall) -> str | None:
    """The runbook works as a role of its own, so whoever starts it needs to pass that role."""
    p = call.parameters
    try:
        runbook = Runbook.find(call.region, str(p.get("DocumentName")), p.get("DocumentVersion"))
        return runbook.role(runbook.values(p.get("Parameters") or {}))
    except Exception:
        return None  # moto itself refuses what is wrong with the request

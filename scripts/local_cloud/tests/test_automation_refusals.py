"""What Systems Manager refuses before it runs a runbook."""

import uuid
from typing import Any

import pytest

from local_cloud import ACCOUNT, REGION
from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import allow, make_role
from local_cloud.tests.runbooks import Runbooks, refusal

ECHO = "def script_handler(events, context):\n    return {}\n"
PARAMETERS = {
    "url": {"type": "String", "allowedPattern": "^https?://[a-z]+$"},
    "pace": {"type": "Integer", "default": 1},
    "kind": {"type": "String", "default": "fast", "allowedValues": ["fast", "slow"]},
}
INVALID = "InvalidAutomationExecutionParametersException"
URL = ["http://queue"]


@pytest.fixture
def runbooks(cloud: Cloud) -> Runbooks:
    runbooks = Runbooks(cloud)
    runbooks.make("Echo", ECHO, PARAMETERS)
    return runbooks


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Missing required parameter: url in user inputs."),
        ({"url": URL, "other": ["1"]}, "['other']"),
        ({"url": ["ftp://queue"]}, '"url" has value "ftp://queue" not matching'),
        ({"url": ["http://a", "http://b"]}, "The value supplied for url is not a valid string."),
        ({"url": []}, "The value supplied for url is not a valid string."),
        ({"url": URL, "pace": ["slow"]}, "The value supplied for pace is not a valid integer."),
        ({"url": URL, "kind": ["x"]}, '"kind" has value "x" not found in [fast, slow].'),
    ],
)
def test_parameters(runbooks: Runbooks, given: dict[str, Any], message: str) -> None:
    said = refusal(runbooks.start, "Echo", **given)
    assert said.startswith(INVALID)
    assert message in said


def test_documents(runbooks: Runbooks) -> None:
    ssm = runbooks.ssm
    content = '{"schemaVersion": "2.2", "mainSteps": []}'
    ssm.create_document(Name="Command", DocumentType="Command", Content=content)
    for name in ("Nobody", "Command"):
        said = refusal(runbooks.start, name)
        assert said.startswith("AutomationDefinitionNotFoundException"), said
    said = refusal(ssm.start_automation_execution, DocumentName="Echo", DocumentVersion="7")
    assert said.startswith("AutomationDefinitionVersionNotFoundException"), said


def test_executions_that_nobody_has_begun(runbooks: Runbooks) -> None:
    said = refusal(runbooks.look, str(uuid.uuid4()))
    assert said.startswith("AutomationExecutionNotFoundException")


def test_a_role_that_does_not_trust_systems_manager(cloud: Cloud) -> None:
    runbooks = Runbooks(cloud, service="lambda.amazonaws.com")
    runbooks.make("Echo", ECHO)
    said = refusal(runbooks.start, "Echo")
    assert said == f"{INVALID}: The defined assume role is unable to be assumed."


def test_what_the_emulation_lacks(runbooks: Runbooks) -> None:
    targets = [{"Key": "ParameterValues", "Values": ["http://queue"]}]
    said = refusal(
        runbooks.ssm.start_automation_execution,
        DocumentName="Echo",
        TargetParameterName="url",
        Targets=targets,
    )
    assert said == "ValidationException: local-cloud lacks TargetParameterName, Targets"


def test_a_token_begins_one_execution(runbooks: Runbooks) -> None:
    start, token = runbooks.ssm.start_automation_execution, str(uuid.uuid4())
    given = {"DocumentName": "Echo", "ClientToken": token}
    first = start(Parameters={"url": URL}, **given)["AutomationExecutionId"]
    assert start(Parameters={"url": URL}, **given)["AutomationExecutionId"] == first
    said = refusal(start, Parameters={"url": ["http://other"]}, **given)
    assert said.startswith("IdempotentParameterMismatch")


def test_a_runbook_can_be_named_by_its_arn(runbooks: Runbooks) -> None:
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:document/Echo"
    assert runbooks.look(runbooks.start(arn, url=URL))["DocumentName"] == "Echo"


def test_who_begins_a_runbook_hands_over_its_role(runbooks: Runbooks) -> None:
    base = f"arn:aws:ssm:{REGION}:{ACCOUNT}"
    begin = allow(["ssm:StartAutomationExecution"], f"{base}:automation-definition/Echo:*")
    look = allow(["ssm:GetAutomationExecution"], f"{base}:automation-execution/*")
    hand = allow(
        ["iam:PassRole"],
        runbooks.role,
        StringEquals={"iam:PassedToService": "ssm.amazonaws.com"},
    )
    cases = {"one": ([begin, look], True), "all": ([begin, look, hand], False)}
    for name, (statements, is_refused) in cases.items():
        caller = make_role(runbooks.cloud, name, "lambda.amazonaws.com", statements)
        ssm = runbooks.cloud.assume(caller, name).client("ssm")
        given = {"DocumentName": "Echo", "Parameters": {"url": URL}}
        if is_refused:
            assert "iam:PassRole on resource" in refusal(ssm.start_automation_execution, **given)
            continue
        begun = ssm.start_automation_execution(**given)["AutomationExecutionId"]
        found = ssm.get_automation_execution(AutomationExecutionId=begun)["AutomationExecution"]
        assert found["ExecutedBy"].endswith("assumed-role/all/all")

"""Systems Manager runs a runbook in the background and reports on it, as on AWS."""

import json
import os
import uuid
from typing import Any

import pytest

from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.operations import Shell, commands
from local_cloud.tests.runbooks import HEALTH, NO_OUTPUT, REDRIVE, Runbooks

FORWARDER, DEAD = "ses-gmail-forwarder-test", "ses-gmail-forwarder-dlq-test"
SAID = {"said": "String"}
ECHO = "def script_handler(events, context):\n    return dict(events)\n"
HELD = """
import boto3

def script_handler(events, context):
    sqs, found = boto3.client("sqs"), []
    while not found:
        taken = sqs.receive_message(QueueUrl=events["url"], WaitTimeSeconds=20)
        found = taken.get("Messages", [])
    return {"said": found[0]["Body"]}
"""

LEFT_ALONE = """
import boto3, os

def script_handler(events, context):
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=events["url"], MessageBody=str(os.getpid()))
    while True:
        sqs.receive_message(QueueUrl=events["empty"], WaitTimeSeconds=20)
"""


@pytest.fixture
def runbooks(world: World) -> Runbooks:
    return Runbooks(world.cloud)


@pytest.fixture
def real(runbooks: Runbooks) -> Runbooks:
    runbooks.make_real()
    for number in range(7):
        runbooks.sqs.send_message(QueueUrl=runbooks.url(DEAD), MessageBody=f"body {number}")
    return runbooks


def finish(runbooks: Runbooks, wait: Waiter, *given: Any, **parameters: Any) -> dict[str, Any]:
    identifier = runbooks.start(*given, **parameters)
    found: dict[str, Any] = wait.until(lambda: runbooks.ended(identifier))
    return found


def test_the_lines_of_the_operations_can_be_pasted(
    real: Runbooks, world: World, wait: Waiter
) -> None:
    shell = Shell(world.cloud, "test")
    (redrive,) = commands("queues redrive … --max 5 --rate 1")
    check, look = commands("queues status")
    begun = json.loads(shell.run(redrive))["AutomationExecutionId"]
    assert wait.until(lambda: real.ended(begun), 60)["AutomationExecutionStatus"] == "Success"
    assert json.loads(shell.run(look.replace("THE-ID", begun))) == {
        "Step.moved": ["5"],
        "Step.state": ["LIMIT_REACHED"],
        "Step.left": ["2"],
    }
    assert (real.depth(DEAD), real.depth(FORWARDER)) == (2, 5)
    begun = json.loads(shell.run(check))["AutomationExecutionId"]
    wait.until(lambda: real.ended(begun))
    outputs = json.loads(shell.run(look.replace("THE-ID", begun)))
    assert outputs["Step.status"] == ["UNHEALTHY"]
    assert outputs["Step.problems"] == [f"{DEAD} holds 2 messages that failed"]
    assert json.loads(outputs["Step.queues"][0])["name"] == FORWARDER
    unknown = shell.start(look.replace("THE-ID", str(uuid.uuid4())))
    assert unknown.returncode != 0
    assert "AutomationExecutionNotFoundException" in unknown.stderr


def test_an_execution_is_told_in_full(real: Runbooks, wait: Waiter) -> None:
    given = {"DLQUrl": [real.url(DEAD)], "SourceQueueUrl": [real.url(FORWARDER)]}
    found = finish(real, wait, REDRIVE, **given)
    assert found["AutomationExecutionStatus"] == "Success"
    assert found["Outputs"]["Step.moved"] == ["7"]
    assert (found["DocumentName"], found["DocumentVersion"]) == (REDRIVE, "1")
    assert found["Parameters"] == given
    assert found["ExecutedBy"].endswith(":user/administrator")
    assert found["ExecutionEndTime"] >= found["ExecutionStartTime"]
    (step,) = found["StepExecutions"]
    assert (step["StepName"], step["StepStatus"]) == ("Step", "Success")
    assert step["Outputs"]["state"] == ["COMPLETED"]
    assert "FailureMessage" not in found


def test_it_is_in_progress_until_its_script_has_ended(runbooks: Runbooks, wait: Waiter) -> None:
    url = runbooks.sqs.create_queue(QueueName="ses-held")["QueueUrl"]
    runbooks.make("Held", HELD, payload={"url": url}, outputs=SAID)
    identifier = runbooks.start("Held")
    found = runbooks.look(identifier)
    assert found["AutomationExecutionStatus"] == "InProgress"
    assert found["Outputs"] == {"Step.said": NO_OUTPUT}
    assert "ExecutionEndTime" not in found
    wait.until(lambda: runbooks.look(identifier)["StepExecutions"][0]["StepStatus"] == "InProgress")
    runbooks.sqs.send_message(QueueUrl=url, MessageBody="go on")
    found = wait.until(lambda: runbooks.ended(identifier))
    assert found["Outputs"] == {"Step.said": ["go on"]}


def test_what_the_script_raises_is_why_it_has_failed(real: Runbooks, wait: Waiter) -> None:
    given = {"DLQUrl": [real.url(DEAD)], "SourceQueueUrl": [real.url("ses-bouncer-test")]}
    found = finish(real, wait, REDRIVE, **given)
    assert found["AutomationExecutionStatus"] == "Failed"
    assert "ValueError - " in found["FailureMessage"]
    assert "is not the dead-letter queue of" in found["FailureMessage"]
    assert found["Outputs"]["Step.moved"] == NO_OUTPUT
    assert found["StepExecutions"][0]["StepStatus"] == "Failed"
    assert real.depth(DEAD) == 7


def test_it_may_do_what_its_role_may(runbooks: Runbooks, wait: Waiter) -> None:
    script = 'import boto3\ndef script_handler(e, c):\n    boto3.client("sqs").list_queues()\n'
    runbooks.make("Curious", script)
    found = finish(runbooks, wait, "Curious")
    assert found["AutomationExecutionStatus"] == "Failed"
    assert "assumed-role/runbook/" in found["FailureMessage"]
    assert "not authorized to perform: sqs:ListQueues" in found["FailureMessage"]


def test_an_output_must_be_of_its_type(runbooks: Runbooks, wait: Waiter) -> None:
    runbooks.make("Typed", ECHO, payload={"count": "3"}, outputs={"count": "Integer"})
    found = finish(runbooks, wait, "Typed")
    assert found["AutomationExecutionStatus"] == "Failed"
    assert "count: $.Payload.count is no Integer" in found["FailureMessage"]


def test_a_step_that_takes_too_long_times_out(runbooks: Runbooks, wait: Waiter) -> None:
    url = runbooks.sqs.create_queue(QueueName="ses-held")["QueueUrl"]
    runbooks.make("Held", HELD, payload={"url": url}, seconds=1, outputs=SAID)
    assert finish(runbooks, wait, "Held")["AutomationExecutionStatus"] == "TimedOut"


def test_values_come_by_their_types(runbooks: Runbooks, wait: Waiter) -> None:
    kinds = {"text": "String", "many": "StringList", "count": "Integer", "sure": "Boolean"}
    declared = {name: {"type": kind} for name, kind in kinds.items()}
    payload = {name: f"{{{{ {name} }}}}" for name in kinds} | {"inside": "<{{text}}>"}
    runbooks.make("Echo", ECHO, declared, payload, kinds | {"inside": "String"})
    given = {"text": ["a"], "many": ["b", "c"], "count": ["3"], "sure": ["true"]}
    found = finish(runbooks, wait, "Echo", **given)
    assert found["Outputs"] == {
        "Step.text": ["a"],
        "Step.many": ["b", "c"],
        "Step.count": ["3"],
        "Step.sure": ["true"],
        "Step.inside": ["<a>"],
    }


def test_a_copy_of_the_world_takes_up_what_was_under_way(
    deployed_moto: MotoProcess, tmp_path: Any
) -> None:
    moto = deployed_moto.fork()
    runbooks = Runbooks(moto.cloud())
    runbooks.make("Echo", ECHO, payload={"said": "here"}, outputs=SAID)
    identifier = runbooks.start("Echo")
    assert [each["id"] for each in moto.ask("automations", {})] == [identifier]
    copy = World(moto.fork(), Settings(str(tmp_path)))
    control = Control(copy)
    copy.start(control.url)
    try:
        ssm = copy.cloud.client("ssm")

        def outputs() -> Any:
            answer = ssm.get_automation_execution(AutomationExecutionId=identifier)
            return answer["AutomationExecution"]["Outputs"]

        assert Waiter(copy).until(lambda: outputs() == {"Step.said": ["here"]})
        assert runbooks.look(identifier)["AutomationExecutionStatus"] == "InProgress"
    finally:
        copy.stop()
        control.close()
        moto.stop()


def test_health_of_queues_that_are_well(runbooks: Runbooks, wait: Waiter) -> None:
    runbooks.make_real()
    found = finish(runbooks, wait, HEALTH)
    assert found["Outputs"]["Step.status"] == ["HEALTHY"]
    assert found["Outputs"]["Step.problems"] == []


def test_a_script_ends_with_its_world(runbooks: Runbooks, world: World, wait: Waiter) -> None:
    url, empty = (
        runbooks.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("ses-pid", "ses-empty")
    )
    runbooks.make("Alone", LEFT_ALONE, payload={"url": url, "empty": empty})
    runbooks.start("Alone")
    wait.until(lambda: runbooks.depth("ses-pid") == 1)
    process_id = int(runbooks.sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    os.kill(process_id, 0)
    world.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    assert world.complaints == []

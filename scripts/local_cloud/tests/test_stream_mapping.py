"""Stream records reach their function in order, again after a failure, and are finally given up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import TABLE, allow, make_function, queue_arn


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    (tmp_path / "seen").touch()
    return tmp_path / "seen"


@pytest.fixture
def world(deployed_moto: MotoProcess, tmp_path: Path, seen: Path) -> Iterator[World]:
    world = World(deployed_moto.fork(), Settings(str(tmp_path)))
    stream = world.cloud.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    arn = stream["LatestStreamArn"]
    world.cloud.client("sqs").create_queue(QueueName="given-up")
    make_function(
        world.cloud,
        "manager",
        "stream",
        [
            allow(
                [
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator",
                    "dynamodb:DescribeStream",
                    "dynamodb:ListStreams",
                ],
                [arn, "*"],
            ),
            allow(["sqs:SendMessage"], queue_arn("given-up")),
        ],
        SEEN=str(seen),
    )
    world.cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=arn,
        FunctionName="manager",
        StartingPosition="LATEST",
        BatchSize=10,
        MaximumRetryAttempts=2,
        BisectBatchOnFunctionError=True,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        FilterCriteria={
            "Filters": [
                {"Pattern": json.dumps({"dynamodb": {"Keys": {"PK": {"S": ["SMTP_USER"]}}}})}
            ]
        },
        DestinationConfig={"OnFailure": {"Destination": queue_arn("given-up")}},
    )
    control = Control(world)
    world.start(control.url)
    yield world
    world.stop()
    control.close()


def put(world: World, name: str, partition: str = "SMTP_USER", **more: Any) -> None:
    world.cloud.client("dynamodb").put_item(
        TableName=TABLE, Item={"PK": {"S": partition}, "SK": {"S": name}, **more}
    )


def given_up(world: World) -> list[dict[str, Any]]:
    queue = next(each for each in world.moto.ask("queues") if each["name"] == "given-up")
    return [json.loads(each["body"]) for each in queue["messages"]]


def lines(seen: Path) -> list[str]:
    return seen.read_text().splitlines()


def test_a_filter_and_a_write_without_change_make_no_event(
    world: World, wait: Waiter, seen: Path
) -> None:
    put(world, "elsewhere", "MAIL#1")
    put(world, "a")
    put(world, "a")
    put(world, "a", status={"S": "new"})
    wait.until(lambda: lines(seen) == ["INSERT a", "MODIFY a"])


@pytest.mark.parametrize("poison", ["bad", "worse"])
def test_a_poison_record_gives_way_after_its_retries(
    world: World, wait: Waiter, seen: Path, poison: str
) -> None:
    for name in ("one", poison, "two"):
        put(world, name)
    wait.until(lambda: "INSERT two" in lines(seen) and given_up(world))
    message = given_up(world)[0]
    assert message["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_an_expired_item_is_told_as_the_services_own_removal(
    world: World, wait: Waiter, seen: Path
) -> None:
    put(world, "timer", expires_at={"N": "1000"})
    world.moto.ask("clock", {"expire": True})
    wait.until(lambda: "REMOVE timer dynamodb.amazonaws.com" in lines(seen))


def test_a_changed_function_is_run_from_then_on(world: World, wait: Waiter) -> None:
    before = world.runner.functions["bouncer"]
    world.moto.cloud().client("lambda").update_function_configuration(
        FunctionName="bouncer", Timeout=7
    )
    wait.until(lambda: world.runner.functions["bouncer"] is not before)
    assert world.runner.functions["bouncer"].timeout_seconds == 7

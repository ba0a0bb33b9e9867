"""The calls that made a deployment make the same one again in another moto."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud.connection.aws import Cloud
from local_cloud.deploy.kept import host_of
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.deployment import deploy
from local_cloud.tests.functions import LOCAL, TABLE, policy, service_statement

Identifiers = dict[str, Any]


@pytest.fixture
def other(base_moto: MotoProcess) -> Iterator[MotoProcess]:
    """A second empty AWS."""
    copy = base_moto.fork()
    yield copy
    copy.stop()


@pytest.fixture
def file(moto: MotoProcess, tmp_path: Path) -> Path:
    """The calls that deployed the small pipeline."""
    file = tmp_path / "calls.jsonl"
    moto.ask("record", {})
    deploy(moto.cloud())
    assert moto.ask("recorded", {"file": str(file), "host": host_of(moto)})["calls"] > 20
    return file


def make_again(moto: MotoProcess, file: Path) -> dict[str, Any]:
    answer: dict[str, Any] = moto.ask("make-again", {"file": str(file), "host": host_of(moto)})
    return answer


def identifiers(cloud: Cloud) -> Identifiers:
    """What moto has made up, or read from its clock."""
    mappings = cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    table = cloud.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    subscriptions = cloud.client("sns").list_subscriptions()["Subscriptions"]
    return {
        "mappings": sorted(each["UUID"] for each in mappings),
        "roles": sorted(each["RoleId"] for each in cloud.client("iam").list_roles()["Roles"]),
        "subscriptions": [each["SubscriptionArn"] for each in subscriptions],
        "table": (table["LatestStreamArn"], table["CreationDateTime"]),
    }


def test_every_id_and_every_moment_is_the_same_again(
    moto: MotoProcess, other: MotoProcess, file: Path
) -> None:
    made = make_again(other, file)
    assert made["differs"] is None and made["made"] > 20
    assert identifiers(other.cloud()) == identifiers(moto.cloud())


def test_queues_have_the_address_of_their_own_aws(
    moto: MotoProcess, other: MotoProcess, file: Path
) -> None:
    make_again(other, file)
    urls, others = (each.cloud().client("sqs").list_queues()["QueueUrls"] for each in (moto, other))
    assert all(f":{other.port}/" in url for url in others)
    assert others == [url.replace(f":{moto.port}/", f":{other.port}/") for url in urls]


def test_what_is_made_later_has_ids_of_its_own_and_the_time_of_today(
    moto: MotoProcess, other: MotoProcess, file: Path
) -> None:
    make_again(other, file)
    ids = set()
    for each in (moto, other):
        queue = each.cloud().client("sqs").create_queue(QueueName="later")["QueueUrl"]
        sent = each.cloud().client("sqs").send_message(QueueUrl=queue, MessageBody="x")
        ids.add(sent["MessageId"])
    assert len(ids) == 2
    assert other.clock.now() >= json.loads(file.read_text().splitlines()[-1])["moment"]
    assert other.clock.now() >= time.time() - 1


def test_alarms_are_evaluated_when_all_calls_are_recorded(
    moto: MotoProcess, other: MotoProcess, tmp_path: Path
) -> None:
    """A notification would draw an id, and the answer's own would be the next one."""
    file = tmp_path / "calls.jsonl"
    moto.ask("record", {})
    cloud = moto.cloud()
    cloud.client("sqs").create_queue(QueueName="work")
    topic = f"arn:aws:sns:{LOCAL}:alarms"
    alarm = f"arn:aws:cloudwatch:{LOCAL}:alarm:*"
    lets_in = service_statement("cloudwatch.amazonaws.com", "sns:Publish", topic, alarm)
    cloud.client("sns").create_topic(Name="alarms", Attributes={"Policy": policy(lets_in)})
    moto.ask("clock", {"advanceSeconds": 180})
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="not-empty",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "work"}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )
    assert moto.ask("alarms")["changes"] == []
    moto.ask("recorded", {"file": str(file), "host": host_of(moto)})
    assert moto.ask("alarms")["changes"][0]["told"] == [topic]
    assert make_again(other, file) == {"made": 3, "differs": None}
    assert other.ask("alarms")["changes"] != []


def test_a_call_that_is_answered_otherwise_ends_it_and_is_named(
    other: MotoProcess, file: Path
) -> None:
    head, *lines = file.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if "event-source-mapping" in line)
    call = json.loads(lines[number])
    lines[number] = json.dumps(call | {"answer": call["answer"] + " "})
    file.write_text("\n".join([head, *lines]))
    answer = make_again(other, file)
    assert answer["made"] == number
    assert "CreateEventSourceMapping" in answer["differs"]

"""An alarm notifies its topic when it goes off and when it ends, and keeps its state otherwise."""

import json

import pytest

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.alarms import (
    TOPIC,
    WEEK,
    advance,
    put,
    put_alarm,
    rung,
    state,
)
from local_cloud.tests.functions import LOCAL, policy, queue_arn, service_statement

pytestmark = pytest.mark.usefixtures("still")


@pytest.fixture
def heard(cloud: Cloud) -> str:
    """The queue that gets the alarms' messages."""
    cloud.client("sns").create_topic(Name="alarms")
    url = str(
        cloud.client("sqs").create_queue(
            QueueName="heard",
            Attributes={
                "Policy": policy(
                    service_statement(
                        "sns.amazonaws.com", "sqs:SendMessage", queue_arn("heard"), TOPIC
                    )
                )
            },
        )["QueueUrl"]
    )
    cloud.client("sns").subscribe(
        TopicArn=TOPIC,
        Protocol="sqs",
        Endpoint=queue_arn("heard"),
        Attributes={"RawMessageDelivery": "true"},
    )
    return url


def test_an_alarm_rings_once_and_tells_its_topic_when_it_is_over(
    moto: MotoProcess, cloud: Cloud, heard: str
) -> None:
    put_alarm(cloud)
    assert state(cloud) == "OK"
    for _ in range(6):
        put(cloud, 1)
    advance(moto, 60)
    assert state(cloud) == "ALARM"
    advance(moto, WEEK)
    assert state(cloud) == "OK"
    assert rung(moto) == [("alarm", "OK"), ("alarm", "ALARM"), ("alarm", "OK")]
    changes = moto.ask("alarms")["changes"]
    assert all(each["told"] == [TOPIC] for each in changes)
    assert 300 <= changes[2]["at"] - changes[1]["at"] <= 1200
    (message,) = cloud.client("sqs").receive_message(QueueUrl=heard)["Messages"]
    told = json.loads(message["Body"])  # the two before it were kept for four days
    assert (told["AlarmName"], told["OldStateValue"], told["NewStateValue"]) == (
        "alarm",
        "ALARM",
        "OK",
    )


def test_a_state_that_somebody_sets_rings_and_lasts_until_the_next_look(
    moto: MotoProcess, cloud: Cloud
) -> None:
    put_alarm(cloud)
    advance(moto, 60)
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName="alarm", StateValue="ALARM", StateReason="a test"
    )
    assert state(cloud) == "ALARM"
    advance(moto, 60)
    assert rung(moto)[1:] == [("alarm", "ALARM"), ("alarm", "OK")]


def test_an_alarm_that_is_changed_keeps_its_state(moto: MotoProcess, cloud: Cloud) -> None:
    put_alarm(cloud)
    put(cloud, 6)
    advance(moto, 60)
    put_alarm(cloud, AlarmDescription="other words")
    assert state(cloud) == "ALARM"
    put_alarm(cloud, Threshold=6)
    assert state(cloud) == "OK"


def test_an_alarm_whose_actions_are_off_tells_nobody(
    moto: MotoProcess, cloud: Cloud, heard: str
) -> None:
    put_alarm(cloud)
    cloud.client("cloudwatch").disable_alarm_actions(AlarmNames=["alarm"])
    put(cloud, 6)
    advance(moto, 60)
    assert [each["told"] for each in moto.ask("alarms")["changes"]] == [[TOPIC], []]
    cloud.client("sqs").receive_message(QueueUrl=heard)
    assert "Messages" not in cloud.client("sqs").receive_message(QueueUrl=heard)


@pytest.mark.parametrize("service", ["cloudwatch.amazonaws.com", "events.amazonaws.com"])
def test_a_topic_with_a_policy_hears_only_whom_it_lets_in(
    moto: MotoProcess, cloud: Cloud, heard: str, service: str
) -> None:
    cloud.client("sns").set_topic_attributes(
        TopicArn=TOPIC,
        AttributeName="Policy",
        AttributeValue=policy(
            service_statement(service, "sns:Publish", TOPIC, f"arn:aws:cloudwatch:{LOCAL}:alarm:*")
        ),
    )
    put_alarm(cloud)
    is_let_in = service.startswith("cloudwatch")
    change = moto.ask("alarms")["changes"][0]
    assert change["told" if is_let_in else "untold"] == [TOPIC]
    received = cloud.client("sqs").receive_message(QueueUrl=heard)
    assert ("Messages" in received) is is_let_in


def test_a_copy_of_the_world_goes_on_with_its_alarms(moto: MotoProcess, cloud: Cloud) -> None:
    put_alarm(cloud)
    put(cloud, 6)
    advance(moto, 60)
    copy = moto.fork()
    try:
        assert state(copy.cloud()) == "ALARM"
        advance(copy, WEEK)
        assert (state(copy.cloud()), state(cloud)) == ("OK", "ALARM")
    finally:
        copy.stop()


def test_alarms_that_are_not_evaluated_keep_the_state_that_they_are_given(
    moto: MotoProcess, cloud: Cloud
) -> None:
    put_alarm(cloud)
    moto.ask("alarms", {"evaluated": False})
    put(cloud, 6)
    advance(moto, 60)
    assert state(cloud) == "OK"
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName="alarm", StateValue="INSUFFICIENT_DATA", StateReason="a test"
    )
    advance(moto, 60)
    assert state(cloud) == "INSUFFICIENT_DATA"
    moto.ask("alarms", {"evaluated": True})
    assert state(cloud) == "ALARM"

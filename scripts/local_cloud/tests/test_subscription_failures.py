"""What SNS cannot deliver goes to the subscription's dead-letter queue, and is counted."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import LOCAL, policy, queue_arn, service_statement

TOPIC = f"arn:aws:sns:{LOCAL}:t"


def make_queue(cloud: Cloud, name: str, is_open: bool = True) -> str:
    statement = service_statement("sns.amazonaws.com", "sqs:SendMessage", queue_arn(name), TOPIC)
    attributes = {"Policy": policy(statement)} if is_open else {}
    answer = cloud.client("sqs").create_queue(QueueName=name, Attributes=attributes)
    return str(answer["QueueUrl"])


def subscribe(cloud: Cloud, raw: bool = True, **attributes: str) -> None:
    cloud.client("sns").create_topic(Name="t")
    cloud.client("sns").subscribe(
        TopicArn=TOPIC,
        Protocol="sqs",
        Endpoint=queue_arn("q"),
        Attributes={
            "RawMessageDelivery": str(raw).lower(),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn("dead")}),
            **attributes,
        },
    )


def bodies(cloud: Cloud, url: str) -> list[str]:
    answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [each["Body"] for each in answer.get("Messages", [])]


def counted(cloud: Cloud) -> dict[str, float]:
    now = datetime.now(UTC)
    client = cloud.client("cloudwatch")
    found: dict[str, float] = {}
    for metric in client.list_metrics(Namespace="AWS/SNS")["Metrics"]:
        answer = client.get_metric_statistics(
            Namespace="AWS/SNS",
            MetricName=metric["MetricName"],
            Dimensions=[{"Name": "TopicName", "Value": "t"}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=7200,
            Statistics=["Sum"],
        )
        found[metric["MetricName"]] = sum(each["Sum"] for each in answer["Datapoints"])
    return found


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("fault", ["policy lost", "queue gone"])
def test_what_a_queue_does_not_take_goes_to_the_dead_letter_queue(
    cloud: Cloud, fault: str, raw: bool
) -> None:
    url, dead = make_queue(cloud, "q"), make_queue(cloud, "dead")
    subscribe(cloud, raw)
    cloud.client("sns").publish(TopicArn=TOPIC, Message="one")
    assert (len(bodies(cloud, url)), bodies(cloud, dead)) == (1, [])
    if fault == "policy lost":
        cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    else:
        cloud.client("sqs").delete_queue(QueueUrl=url)
    cloud.client("sns").publish(TopicArn=TOPIC, Message="two", Subject="s")
    (body,) = bodies(cloud, dead)
    assert (body if raw else json.loads(body)["Message"]) == "two"
    assert counted(cloud) == {
        "NumberOfMessagesPublished": 2,
        "NumberOfNotificationsDelivered": 1,
        "NumberOfNotificationsFailed": 1,
        "NumberOfNotificationsRedrivenToDlq": 1,
    }


def test_a_dead_letter_queue_that_does_not_let_the_topic_in_gets_nothing(cloud: Cloud) -> None:
    make_queue(cloud, "q", is_open=False)
    dead = make_queue(cloud, "dead", is_open=False)
    subscribe(cloud)
    cloud.client("sns").publish(TopicArn=TOPIC, Message="lost")
    assert bodies(cloud, dead) == []
    assert counted(cloud) == {
        "NumberOfMessagesPublished": 1,
        "NumberOfNotificationsFailed": 1,
        "NumberOfNotificationsFailedToRedriveToDlq": 1,
    }


def test_without_a_dead_letter_queue_a_failure_is_counted_and_the_message_lost(
    cloud: Cloud,
) -> None:
    url = make_queue(cloud, "q", is_open=False)
    subscribe(cloud, RedrivePolicy="")
    cloud.client("sns").publish(TopicArn=TOPIC, Message="lost")
    assert bodies(cloud, url) == []
    assert counted(cloud) == {"NumberOfMessagesPublished": 1, "NumberOfNotificationsFailed": 1}


def test_what_a_filter_leaves_out_is_no_failure(cloud: Cloud) -> None:
    make_queue(cloud, "q", is_open=False)
    dead = make_queue(cloud, "dead")
    subscribe(cloud, FilterPolicy=json.dumps({"kind": ["other"]}))
    attribute: dict[str, Any] = {"DataType": "String", "StringValue": "this"}
    cloud.client("sns").publish(TopicArn=TOPIC, Message="m", MessageAttributes={"kind": attribute})
    assert bodies(cloud, dead) == []
    assert counted(cloud) == {"NumberOfMessagesPublished": 1}


def test_the_redrive_policy_is_told_as_it_was_set(cloud: Cloud) -> None:
    make_queue(cloud, "q")
    subscribe(cloud)
    sns = cloud.client("sns")
    arn = sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"][0]["SubscriptionArn"]
    found = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert json.loads(found["RedrivePolicy"]) == {"deadLetterTargetArn": queue_arn("dead")}

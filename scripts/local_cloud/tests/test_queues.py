"""Queues go by the world's clock: visibility, redrive, long polls, policies, expiry."""

import json
import threading
import time
from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import BUS, TABLE, policy, queue_arn, service_statement


def make_pair(cloud: Cloud) -> tuple[Any, str, str]:
    sqs = cloud.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    url = sqs.create_queue(
        QueueName="q",
        Attributes={
            "VisibilityTimeout": "720",
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 3}
            ),
        },
    )["QueueUrl"]
    return sqs, url, dead


def bodies(answer: dict[str, Any]) -> list[str]:
    return [each["Body"] for each in answer.get("Messages", [])]


def test_the_third_receive_does_not_take_half_an_hour(moto: MotoProcess, cloud: Cloud) -> None:
    sqs, url, dead = make_pair(cloud)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    for count in (1, 2, 3):
        found = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
        assert found[0]["Attributes"]["ApproximateReceiveCount"] == str(count)
        assert bodies(sqs.receive_message(QueueUrl=url)) == []
        moto.ask("clock", {"advanceSeconds": 721})
    assert bodies(sqs.receive_message(QueueUrl=url)) == []
    assert bodies(sqs.receive_message(QueueUrl=dead)) == ["m"]


def test_a_long_poll_ends_when_a_message_comes(cloud: Cloud) -> None:
    sqs, url, _ = make_pair(cloud)
    send = threading.Timer(
        0.3, lambda: cloud.client("sqs").send_message(QueueUrl=url, MessageBody="late")
    )
    send.start()
    started = time.monotonic()
    assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)) == ["late"]
    assert time.monotonic() - started < 20
    send.join()


def test_a_long_poll_ends_when_the_clock_makes_a_message_visible(
    moto: MotoProcess, cloud: Cloud
) -> None:
    sqs, url, _ = make_pair(cloud)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.receive_message(QueueUrl=url)
    advance = threading.Timer(0.3, lambda: moto.ask("clock", {"advanceSeconds": 721}))
    advance.start()
    assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)) == ["m"]
    advance.join()


def test_a_scaled_clock_shortens_waiting_only(moto: MotoProcess, cloud: Cloud) -> None:
    sqs, url, _ = make_pair(cloud)
    moto.ask("clock", {"scale": 3600, "busy": True})
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.receive_message(QueueUrl=url)
    assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)) == []
    moto.ask("clock", {"busy": False})
    assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)) == ["m"]


def test_messages_move_back_from_the_dead_letter_queue(cloud: Cloud) -> None:
    sqs, url, dead = make_pair(cloud)
    sqs.send_message(QueueUrl=dead, MessageBody="m")
    handle = sqs.start_message_move_task(SourceArn=queue_arn("dead"))["TaskHandle"]
    assert handle and bodies(sqs.receive_message(QueueUrl=url)) == ["m"]
    task = sqs.list_message_move_tasks(SourceArn=queue_arn("dead"))["Results"][0]
    assert task["ApproximateNumberOfMessagesMoved"] == 1


def test_a_topic_reaches_only_a_queue_that_admits_it(moto: MotoProcess, cloud: Cloud) -> None:
    sqs, url, _ = make_pair(cloud)
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn("q"))
    sns.publish(TopicArn=topic, Message="lost")
    assert bodies(sqs.receive_message(QueueUrl=url)) == []
    assert moto.ask("losses")[-1]["queue"] == queue_arn("q")


def test_a_traced_topic_hands_its_trace_to_the_queue(cloud: Cloud) -> None:
    sqs, url, _ = make_pair(cloud)
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="t", Attributes={"TracingConfig": "Active"})["TopicArn"]
    sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "Policy": policy(
                service_statement("sns.amazonaws.com", "sqs:SendMessage", queue_arn("q"), topic)
            )
        },
    )
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue_arn("q"),
        Attributes={"RawMessageDelivery": "true"},
    )
    sns.publish(TopicArn=topic, Message="m")
    message = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"][0]
    assert message["Body"] == "m"
    assert message["Attributes"]["AWSTraceHeader"].startswith("Root=1-")


def test_an_event_that_its_queue_refuses_goes_to_the_rules_dead_letter_queue(
    deployed_moto: MotoProcess,
) -> None:
    moto = deployed_moto.fork()
    try:
        cloud = moto.cloud()
        sqs, events = cloud.client("sqs"), cloud.client("events")
        account = f"{moto.endpoint}/123456789012"
        admitting = sqs.get_queue_attributes(
            QueueUrl=f"{account}/gmail", AttributeNames=["Policy"]
        )["Attributes"]["Policy"]
        sqs.set_queue_attributes(QueueUrl=f"{account}/gmail", Attributes={"Policy": ""})
        sqs.set_queue_attributes(
            QueueUrl=f"{account}/gmail-dlq",
            Attributes={"Policy": admitting.replace(":gmail", ":gmail-dlq")},
        )
        events.put_targets(
            Rule="to-gmail",
            EventBusName=BUS,
            Targets=[
                {
                    "Id": "gmail",
                    "Arn": queue_arn("gmail"),
                    "DeadLetterConfig": {"Arn": queue_arn("gmail-dlq")},
                }
            ],
        )
        events.put_events(
            Entries=[
                {
                    "Source": "ses.email.router",
                    "DetailType": "d",
                    "EventBusName": BUS,
                    "Detail": '{"actions":{"forward-to-gmail":{"count":1}}}',
                }
            ]
        )
        found = sqs.receive_message(QueueUrl=f"{account}/gmail-dlq", MessageAttributeNames=["All"])[
            "Messages"
        ]
        assert found[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    finally:
        moto.stop()


def test_expired_items_leave_a_record_of_the_service(deployed_moto: MotoProcess) -> None:
    moto = deployed_moto.fork()
    try:
        cloud = moto.cloud()
        table, streams = cloud.client("dynamodb"), cloud.client("dynamodbstreams")
        for name, moment in (("old", time.time() + 3600), ("new", time.time() + 7200)):
            table.put_item(
                TableName=TABLE,
                Item={
                    "PK": {"S": "MAIL#1"},
                    "SK": {"S": name},
                    "expires_at": {"N": str(int(moment))},
                },
            )
        assert moto.ask("clock", {"expire": True})["expired"] == 0
        assert moto.ask("clock", {"advanceSeconds": 3601, "expire": True})["expired"] == 1
        arn = streams.list_streams()["Streams"][0]["StreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        record = streams.get_records(ShardIterator=iterator)["Records"][-1]
        assert record["eventName"] == "REMOVE"
        assert record["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com"
    finally:
        moto.stop()

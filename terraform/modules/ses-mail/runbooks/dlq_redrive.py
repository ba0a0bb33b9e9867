"""Puts messages of a dead-letter queue back where they came from. Runs inside Systems Manager."""

import time
from typing import Any
from urllib.parse import urlsplit

import boto3

# A step of this kind is ended after ten minutes.
BUDGET_SECONDS = 540
POLL_SECONDS = 5
BATCH = 10


def script_handler(events: dict[str, Any], context: Any) -> dict[str, Any]:
    sqs = boto3.client("sqs")
    dead_letters, destination = events["DLQUrl"], events["SourceQueueUrl"]
    most, velocity = int(events["MaxMessages"]), int(events["VelocityPerSecond"])
    check_pair(sqs, dead_letters, destination)
    end = time.monotonic() + BUDGET_SECONDS
    if most == 0:
        moved, state = move_all(sqs, dead_letters, destination, velocity, end)
    else:
        moved, state = move_some(sqs, dead_letters, destination, most, velocity, end)
    return {"moved": moved, "state": state, "left": depth(sqs, dead_letters)}


def check_pair(sqs: Any, dead_letters: str, destination: str) -> None:
    """The messages of one function are of no use to another."""
    attributes = sqs.get_queue_attributes(QueueUrl=destination, AttributeNames=["RedrivePolicy"])
    policy = attributes.get("Attributes", {}).get("RedrivePolicy", "")
    if f'"{arn(sqs, dead_letters)}"' not in policy:
        raise ValueError(f"{dead_letters} is not the dead-letter queue of {destination}")


def move_all(
    sqs: Any, dead_letters: str, destination: str, velocity: int, end: float
) -> tuple[int, str]:
    """SQS does it. It goes on when this step is over."""
    source = arn(sqs, dead_letters)
    before = last_move(sqs, source)
    handle = sqs.start_message_move_task(
        SourceArn=source,
        DestinationArn=arn(sqs, destination),
        MaxNumberOfMessagesPerSecond=min(velocity, 500),
    )["TaskHandle"]
    moved, state = 0, "RUNNING"
    while True:
        task = last_move(sqs, source)
        # The list is late at times, and a task that has ended has no handle any more.
        if task.get("TaskHandle", handle) == handle and task.get("StartedTimestamp") != before.get(
            "StartedTimestamp"
        ):
            moved, state = int(task.get("ApproximateNumberOfMessagesMoved", 0)), task["Status"]
        if state == "FAILED":
            raise RuntimeError(f"SQS gave up: {task.get('FailureReason', 'no reason given')}")
        if state != "RUNNING" or time.monotonic() + POLL_SECONDS > end:
            return moved, state
        time.sleep(POLL_SECONDS)


def last_move(sqs: Any, source: str) -> dict[str, Any]:
    """The last task that moved messages out of this queue; empty where there was none."""
    tasks = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1).get("Results", [])
    return tasks[0] if tasks else {}


def move_some(
    sqs: Any, dead_letters: str, destination: str, most: int, velocity: int, end: float
) -> tuple[int, str]:
    moved = 0
    while moved < most:
        count = min(BATCH, most - moved, velocity)
        if time.monotonic() + count / velocity > end:
            return moved, "OUT_OF_TIME"
        messages = sqs.receive_message(
            QueueUrl=dead_letters,
            MaxNumberOfMessages=count,
            VisibilityTimeout=60,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            AttributeNames=[
                "All"
            ],  # boto3 there may be too old to know MessageSystemAttributeNames
        ).get("Messages", [])
        if not messages:
            return moved, "EMPTY"
        for message in messages:
            sqs.send_message(QueueUrl=destination, **content(message))
            sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
        time.sleep(len(messages) / velocity)
    return moved, "LIMIT_REACHED"


def content(message: dict[str, Any]) -> dict[str, Any]:
    """What makes up a message: its body, its attributes, and the trace that it belongs to."""
    sent: dict[str, Any] = {"MessageBody": message["Body"]}
    if message.get("MessageAttributes"):
        sent["MessageAttributes"] = message["MessageAttributes"]
    trace = message.get("Attributes", {}).get("AWSTraceHeader")
    if trace:
        sent["MessageSystemAttributes"] = {
            "AWSTraceHeader": {"DataType": "String", "StringValue": trace}
        }
    return sent


def arn(sqs: Any, url: str) -> str:
    account, name = urlsplit(url).path.strip("/").split("/")
    return f"arn:{sqs.meta.partition}:sqs:{sqs.meta.region_name}:{account}:{name}"


def depth(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])

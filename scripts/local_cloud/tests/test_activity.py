"""Whoever waits for something to happen also notices what happens by itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import queue_arn


def make_queue(cloud: Cloud) -> tuple[Any, str]:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "720"})["QueueUrl"]
    return sqs, url


def test_a_moment_that_has_come_wakes_whoever_waits_for_anything(
    moto: MotoProcess, cloud: Cloud
) -> None:
    """Also whoever waited before it was known that such a moment would come."""
    sqs, url = make_queue(cloud)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    now = moto.ask("activity", {"since": -1})
    with ThreadPoolExecutor() as waiters:
        asked = {"since": now["events"], "now": now["now"], "timeoutSeconds": 60}
        waiting = waiters.submit(moto.ask, "activity", asked)
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=2)
        answer = waiting.result()
    assert 2 <= answer["now"] - now["now"] < 60
    assert answer["events"] == now["events"]
    assert answer["queues"][queue_arn("q")] == 1


def test_a_moment_that_has_passed_between_two_questions_is_not_missed(
    moto: MotoProcess, cloud: Cloud
) -> None:
    sqs, url = make_queue(cloud)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.receive_message(QueueUrl=url)
    asked = {"now": moto.ask("activity", {"since": -1})["now"], "timeoutSeconds": 60}
    moto.ask("clock", {"advanceSeconds": 721})
    now = moto.ask("activity", {"since": -1})
    assert moto.ask("activity", asked | {"since": now["events"]})["now"] - now["now"] < 60

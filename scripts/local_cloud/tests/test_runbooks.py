"""The scripts inside the runbooks do what the runbooks promise. They run here as they are."""

import runpy
import time
from typing import Any

import pytest

from local_cloud import REGION, ROOT
from local_cloud.connection.aws import Cloud

RUNBOOKS = ROOT / "terraform" / "modules" / "ses-mail" / "runbooks"
TRACE = "Root=1-5f84c7a5-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1"


class Queues:
    """A queue, its dead-letter queue, and one that has nothing to do with them."""

    def __init__(self, cloud: Cloud) -> None:
        self.sqs = cloud.client("sqs")
        self.dead = self.make("ses-bouncer-dlq-local")
        arn = self.attribute(self.dead, "QueueArn")
        policy = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":3}}'
        self.main = self.make("ses-bouncer-local", RedrivePolicy=policy)
        self.other = self.make("ses-gmail-forwarder-local")

    def make(self, name: str, **attributes: str) -> str:
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def attribute(self, url: str, name: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return str(answer["Attributes"][name])

    def fill(self, count: int) -> None:
        for number in range(count):
            self.sqs.send_message(
                QueueUrl=self.dead,
                MessageBody=f"body {number}",
                MessageAttributes={"kind": {"DataType": "String", "StringValue": "mail"}},
                MessageSystemAttributes={
                    "AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}
                },
            )

    def depths(self) -> tuple[int, int]:
        name = "ApproximateNumberOfMessages"
        return int(self.attribute(self.dead, name)), int(self.attribute(self.main, name))

    def redrive(self, most: int, velocity: int = 500, to: str | None = None) -> dict[str, Any]:
        parameters = {
            "DLQUrl": self.dead,
            "SourceQueueUrl": to or self.main,
            "MaxMessages": str(most),
            "VelocityPerSecond": str(velocity),
        }
        return run("dlq_redrive.py", parameters)


def run(script: str, parameters: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = runpy.run_path(str(RUNBOOKS / script))["script_handler"](
        parameters, None
    )
    return answer


@pytest.fixture
def queues(asking: Cloud, monkeypatch: pytest.MonkeyPatch) -> Queues:
    """The scripts run as an operator here; demo/mishaps.py runs them as the deployed role."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return Queues(asking)


def test_all_messages_are_moved_by_sqs(queues: Queues) -> None:
    queues.fill(12)
    answer = queues.redrive(0)
    assert (answer["state"], answer["left"]) == ("COMPLETED", 0)
    assert queues.depths() == (0, 12)


class LateList:
    """An SQS whose list shows a move one request later than it begins."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs
        self._shown: list[dict[str, Any]] | None = None
        self.questions = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)

    def list_message_move_tasks(self, **asked: Any) -> dict[str, Any]:
        self.questions += 1
        now = self._sqs.list_message_move_tasks(**asked)["Results"]
        shown, self._shown = self._shown, now
        return {"Results": now if shown is None else shown}


def test_a_move_is_not_taken_for_the_one_before(queues: Queues) -> None:
    script = runpy.run_path(str(RUNBOOKS / "dlq_redrive.py"))
    script["move_all"].__globals__["POLL_SECONDS"] = 0
    for count in (3, 2):  # before the first there was none
        queues.fill(count)
        late = LateList(queues.sqs)
        moved = script["move_all"](late, queues.dead, queues.main, 500, end=time.monotonic() + 60)
        assert moved == (count, "COMPLETED")
        assert late.questions == 3
    assert queues.depths() == (0, 5)


def test_some_messages_keep_what_they_carry(queues: Queues) -> None:
    queues.fill(3)
    assert queues.redrive(2) == {"moved": 2, "state": "LIMIT_REACHED", "left": 1}
    message = queues.sqs.receive_message(
        QueueUrl=queues.main, MessageAttributeNames=["All"], AttributeNames=["All"]
    )["Messages"][0]
    assert message["Body"].startswith("body ")
    assert message["MessageAttributes"]["kind"]["StringValue"] == "mail"
    assert message["Attributes"]["AWSTraceHeader"] == TRACE


def test_more_than_there_are_is_all(queues: Queues) -> None:
    queues.fill(2)
    assert queues.redrive(50) == {"moved": 2, "state": "EMPTY", "left": 0}


def test_another_functions_queue_is_refused(queues: Queues) -> None:
    queues.fill(1)
    with pytest.raises(ValueError, match="is not the dead-letter queue of"):
        queues.redrive(0, to=queues.other)
    assert queues.depths() == (1, 0)


def test_time_runs_out_before_the_step_is_ended(queues: Queues) -> None:
    queues.fill(2)
    script = runpy.run_path(str(RUNBOOKS / "dlq_redrive.py"))
    moved = script["move_some"](queues.sqs, queues.dead, queues.main, 2, 1, end=0.0)
    assert moved == (0, "OUT_OF_TIME")


def test_health(queues: Queues) -> None:
    parameters = {"MaxDepth": "1", "QueueUrls": [queues.main], "DLQUrls": [queues.dead]}
    assert run("queue_health.py", parameters)["status"] == "HEALTHY"
    queues.fill(1)
    answer = run("queue_health.py", parameters)
    assert answer["status"] == "UNHEALTHY"
    assert answer["problems"] == ["ses-bouncer-dlq-local holds 1 messages that failed"]
    assert answer["queues"][0] == {
        "name": "ses-bouncer-local",
        "visible": 0,
        "inFlight": 0,
        "delayed": 0,
    }

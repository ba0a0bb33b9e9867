"""A stream, its mapping, and a function that fails on demand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from local_cloud.host.function import Function
from local_cloud.host.outcome import Outcome, error_body
from local_cloud.host.stream_mapping import StreamMapping
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import TABLE, queue_arn

Answer = dict[str, Any] | bytes | None  # None: the function throws
PATIENCE_SECONDS = 60.0


def name_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["SK"]["S"])


def failing(record: dict[str, Any]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}


class StandIn:
    """The function that the mapping invokes; `answer` chooses its answer to a batch."""

    name, arn = "manager", "arn:aws:lambda:eu-west-1:123456789012:function:manager"

    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.answer: Callable[[list[dict[str, Any]]], Answer] = lambda _: {}
        self.changed = threading.Condition()

    def invoke(self, payload: bytes) -> Outcome:
        records = json.loads(payload)["Records"]
        answer = self.answer(records)
        with self.changed:
            self.batches.append(records)
            self.changed.notify_all()
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        if answer is None:
            body = error_body("Oops", "thrown")
        error = "Unhandled" if answer is None else None
        return Outcome("request", body, error, error, 0.0, 0.0, "")

    def names(self) -> list[list[str]]:
        with self.changed:
            return [[name_of(each) for each in batch] for batch in self.batches]

    def wait_for(self, is_there: Callable[[list[list[str]]], bool]) -> None:
        with self.changed:
            found = self.changed.wait_for(lambda: is_there(self.names_held()), PATIENCE_SECONDS)
        assert found, self.names()

    def names_held(self) -> list[list[str]]:
        return [[name_of(each) for each in batch] for batch in self.batches]


class Stream:
    """A table of the test's own, and the mappings on its stream."""

    def __init__(self, moto: MotoProcess) -> None:
        self.moto = moto
        self.cloud = moto.cloud()
        self.table = self.cloud.client("dynamodb")
        self.arn = self.table.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        self.cloud.client("sqs").create_queue(QueueName="given-up")
        self.complaints: list[str] = []
        self.function = StandIn()
        self.turn = threading.Lock()
        self.mappings: list[StreamMapping] = []
        self._idle = threading.Event()

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._idle.clear()
        yield
        self._idle.set()

    def wait_until_idle(self) -> None:
        """Waits until the one mapping sleeps, or waits to try again."""
        assert self._idle.wait(PATIENCE_SECONDS)

    def follow(self, **settings: Any) -> StreamMapping:
        mapping = {
            "UUID": "mapping",
            "EventSourceArn": self.arn,
            "StartingPosition": "TRIM_HORIZON",
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BatchSize": 10,
            "DestinationConfig": {"OnFailure": {"Destination": queue_arn("given-up")}},
            **settings,
        }
        made = StreamMapping(
            mapping,
            cast(Function, self.function),
            self.cloud,
            self.moto.ask,
            self.turn,
            self.busy,
            self.complaints.append,
        )
        self.mappings.append(made)
        return made

    def end(self, mapping: StreamMapping) -> None:
        """Ends the mappings; returns when the batch in hand is done."""
        self.mappings.remove(mapping)
        mapping.stop()
        with self.turn:
            return

    def put(self, *names: str, partition: str = "SMTP_USER", **more: Any) -> None:
        for name in names:
            self.table.put_item(
                TableName=TABLE, Item={"PK": {"S": partition}, "SK": {"S": name}, **more}
            )
        for mapping in self.mappings:
            mapping.wake()

    def given_up(self) -> list[dict[str, Any]]:
        queue = next(each for each in self.moto.ask("queues") if each["name"] == "given-up")
        return [json.loads(each["body"]) for each in queue["messages"]]

    def close(self) -> None:
        for mapping in self.mappings:
            mapping.stop()
        with self.turn:  # the batch in hand is done
            return

"""SQS's moves of dead letters: at once or, in bad weather, one after the other.

Feature: moto has no message move tasks.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs import models, responses
from moto.sqs.exceptions import InvalidParameterValue, QueueDoesNotExist

from local_cloud.additions.patching import add
from local_cloud.clock.activity import ACTIVITY
from local_cloud.weather.layer import WEATHER

IS_RUNNING = (
    "There is already a task running. Only one active task is allowed for a source queue arn at "
    "a given time."
)


@dataclass
class Move:
    """One task that moves the messages of a dead-letter queue."""

    source: Any
    destination: Any
    rate: int
    left: list[Any]  # messages, in their order
    seconds: float
    moved: int = 0
    began: float = field(default_factory=ACTIVITY.clock.now)
    handle: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: int = field(default_factory=lambda: int(time.time() * 1000))

    @property
    def due(self) -> float | None:
        """When the next message is moved, in world seconds; None when all are."""
        each = self.seconds / (self.moved + len(self.left)) if self.left else 0.0
        return self.began + each * (self.moved + 1) if self.left else None

    def go_on(self) -> None:
        while self.due is not None and self.due <= ACTIVITY.clock.now():
            message = self.left.pop(0)
            if message not in self.source._messages:
                continue  # somebody was quicker
            self.source._messages.remove(message)
            message.approximate_receive_count = 0
            message.approximate_first_receive_timestamp = None
            self.destination.add_message(message)
            self.moved += 1

    def json(self) -> dict[str, Any]:
        """The answer about the move. The handle is shown only while it can be used."""
        handle = {"TaskHandle": self.handle} if self.left else {}
        return {
            **handle,
            "Status": "RUNNING" if self.left else "COMPLETED",
            "SourceArn": self.source.queue_arn,
            "DestinationArn": self.destination.queue_arn,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.moved + len(self.left),
            "StartedTimestamp": self.started,
        }


def install() -> None:
    add(responses.SQSResponse, start_message_move_task, list_message_move_tasks)


def start_message_move_task(response: Any) -> Any:
    backend = response.sqs_backend
    by_arn = {queue.queue_arn: queue for queue in backend.queues.values()}
    source = by_arn.get(response._get_param("SourceArn"))
    if source is None:
        raise QueueDoesNotExist()
    origins = [queue for queue in by_arn.values() if queue.dead_letter_queue is source]
    if not origins:
        raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
    destination = by_arn.get(response._get_param("DestinationArn") or origins[0].queue_arn)
    if destination is None:
        raise QueueDoesNotExist()
    if any(move.left for move in moves(backend) if move.source is source):
        raise InvalidParameterValue(IS_RUNNING)
    rate = int(response._get_param("MaxNumberOfMessagesPerSecond") or 500)
    move = Move(source, destination, rate, list(source.messages), WEATHER.move_seconds())
    moves(backend).insert(0, move)
    move.go_on()
    return ActionResult({"TaskHandle": move.handle})


def list_message_move_tasks(response: Any) -> Any:
    source_arn = response._get_param("SourceArn")
    limit = int(response._get_param("MaxResults") or 1)
    found = [move for move in moves(response.sqs_backend) if move.source.queue_arn == source_arn]
    return ActionResult({"Results": [move.json() for move in found[:limit]]})


def moves(backend: Any) -> list[Move]:
    """The moves of a region, the newest first."""
    kept: list[Move] = backend.__dict__.setdefault("moves", [])
    return kept


def under_way() -> list[Move]:
    return [
        move
        for regions in models.sqs_backends.values()
        for backend in regions.values()
        for move in moves(backend)
        if move.left
    ]


def go_on() -> None:
    """Move what is due by now; call with the lock held."""
    for move in under_way():
        move.go_on()


def next_due() -> float | None:
    """When the next message is moved, in world seconds."""
    return min((due for move in under_way() if (due := move.due) is not None), default=None)

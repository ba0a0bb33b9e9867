"""The metrics of SQS: each queue's content once a minute, and what is sent, received, deleted.

Feature: moto measures nothing of a queue but its size at the moment of the request.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

import calendar
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from moto.cloudwatch.models import MetricDatum
from moto.core.utils import utcfromtimestamp
from moto.sqs import models

from local_cloud.additions.patching import wrap
from local_cloud.additions.sqs import all_queues, expires_at
from local_cloud.clock.activity import ACTIVITY
from local_cloud.metrics.counts import count
from local_cloud.metrics.series import Point
from local_cloud.metrics.store import SECONDS, STORE, Metric, minute_of

NAMESPACE = "AWS/SQS"
MEASURED = (
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateAgeOfOldestMessage",
)
EMPTY = (0.0, 0.0, 0.0, 0.0)


def install() -> None:
    """A message that is moved to a dead-letter queue is not sent there, as on AWS."""

    @wrap(models.SQSBackend, "send_message")
    def send_message(original: Any, backend: Any, queue_name: str, *rest: Any, **named: Any) -> Any:
        message = original(backend, queue_name, *rest, **named)
        count_messages(backend, queue_name, "NumberOfMessagesSent", 1)
        return message

    @wrap(models.SQSBackend, "receive_message")
    def receive_message(
        original: Any, backend: Any, queue_name: str, *rest: Any, **named: Any
    ) -> Any:
        messages = original(backend, queue_name, *rest, **named)
        if messages:
            count_messages(backend, queue_name, "NumberOfMessagesReceived", len(messages))
        return messages

    @wrap(models.SQSBackend, "delete_message")
    def delete_message(original: Any, backend: Any, queue_name: str, receipt_handle: str) -> None:
        original(backend, queue_name, receipt_handle)
        count_messages(backend, queue_name, "NumberOfMessagesDeleted", 1)


def count_messages(backend: Any, queue_name: str, metric: str, number: int) -> None:
    name = backend.get_queue(queue_name).name
    count(backend.region_name, NAMESPACE, {"QueueName": name}, {metric: number})


def measure(start: int, end: int) -> None:
    """Measures all of these minutes, at whose ends the queues held what they hold now."""
    for queue in all_queues():
        if not queue._messages:
            note(queue, start, end, EMPTY)
            continue
        for minute in range(start, end):
            moment = (minute + 1) * SECONDS
            kept = [each for each in queue._messages if expires_at(queue, each) > moment]
            note(queue, minute, minute + 1, measured(kept, moment * 1000))


def note(queue: Any, start: int, end: int, values: tuple[float, ...]) -> None:
    dimensions = frozenset({("QueueName", queue.name)})
    for name, value in zip(MEASURED, values, strict=True):
        metric = Metric(queue.region, NAMESPACE, name, dimensions)
        STORE.of(metric).extend(start, end, Point.of(value))


def measured(messages: list[Any], milliseconds: float) -> tuple[float, ...]:
    if not messages:
        return EMPTY
    delayed = sum(each.delayed_until > milliseconds for each in messages)
    hidden = sum(each.visible_at > milliseconds for each in messages)
    oldest = min(float(each.sent_timestamp) for each in messages)
    age = max(0.0, (milliseconds - oldest) / 1000)
    return float(len(messages) - delayed - hidden), float(hidden), float(delayed), age


@contextmanager
def told(
    backend: Any, start: datetime, end: datetime, is_wanted: Callable[[Metric], bool]
) -> Iterator[None]:
    """While this is entered, moto's CloudWatch knows what the queues held each minute.

    The data is added for one question at a time, because moto would search each minute of every
    queue for any question.
    """
    kept = backend.metric_data
    backend.metric_data = kept + [
        datum
        for metric in STORE.metrics()
        if metric.region == backend.region_name and metric.name in MEASURED and is_wanted(metric)
        for datum in datums(metric, start, end)
    ]
    try:
        yield
    finally:
        backend.metric_data = kept


def datums(metric: Metric, start: datetime, end: datetime) -> Iterator[Any]:
    series = STORE.of(metric)
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    last = min(minute_of(ACTIVITY.clock.now()), minute_of(calendar.timegm(end.utctimetuple())))
    first = minute_of(calendar.timegm(start.utctimetuple()))
    for minute in series.minutes(first, last):
        moment, point = utcfromtimestamp(minute * SECONDS), series.between(minute, minute + 1)
        if point is not None:
            yield MetricDatum(metric.namespace, metric.name, point.most, dimensions, moment)

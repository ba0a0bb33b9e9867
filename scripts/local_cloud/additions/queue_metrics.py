"""What SQS measures of each queue once a minute.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from typing import Any

from local_cloud.additions.sqs import all_queues, expires_at
from local_cloud.metrics.series import Point
from local_cloud.metrics.store import SECONDS, STORE, Metric

MEASURED = (
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateAgeOfOldestMessage",
)
EMPTY = (0.0, 0.0, 0.0, 0.0)


def measure(start: int, end: int) -> None:
    """Each of these minutes, at whose ends the queues have held what they hold now."""
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
        metric = Metric(queue.region, "AWS/SQS", name, dimensions)
        STORE.of(metric).extend(start, end, Point.of(value))


def measured(messages: list[Any], milliseconds: float) -> tuple[float, ...]:
    if not messages:
        return EMPTY
    delayed = sum(each.delayed_until > milliseconds for each in messages)
    hidden = sum(each.visible_at > milliseconds for each in messages)
    oldest = min(float(each.sent_timestamp) for each in messages)
    age = max(0.0, (milliseconds - oldest) / 1000)
    return float(len(messages) - delayed - hidden), float(hidden), float(delayed), age

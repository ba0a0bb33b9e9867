"""SQS: long polls that wait, and attributes that are returned.

Bug of moto: setting any attribute deletes the policy; RedriveAllowPolicy is not returned; the
redrive policy comes back in another spelling; and a message that has expired ends a receive before
the good ones behind it.

Feature: moto's long poll looks again and again by the machine's clock. Here it waits, and lets
others be served.
"""

import json
from typing import Any

from moto.sqs import models

from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY


def install() -> None:
    keep_attributes()
    wait_without_polling()


def keep_attributes() -> None:
    """Keeps Policy when another attribute is set, returns RedriveAllowPolicy, and writes JSON
    without spaces, because Terraform compares the text.
    """
    models.Queue.BASE_ATTRIBUTES = [*models.Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    models.Queue.redrive_allow_policy = None
    read_attributes = models.Queue.attributes.fget

    def attributes(queue: Any) -> dict[str, Any]:
        result: dict[str, Any] = read_attributes(queue)
        if queue.redrive_policy:
            result["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
        if not result.get("RedriveAllowPolicy"):
            result.pop("RedriveAllowPolicy", None)
        return result

    models.Queue.attributes = property(attributes)

    @wrap(models.Queue, "_set_attributes")
    def set_attributes(original: Any, queue: Any, given: dict[str, Any], now: Any = None) -> None:
        policy = getattr(queue, "policy", None)
        original(queue, given, now)
        if "Policy" not in given:
            queue.policy = policy


def wait_without_polling() -> None:
    """A long poll releases the lock and wakes up when something happens."""

    @wrap(models.Queue, "add_message")
    def add_message(original: Any, queue: Any, message: Any) -> None:
        original(queue, message)
        ACTIVITY.note()

    @wrap(models.SQSBackend, "change_message_visibility")
    def change_message_visibility(original: Any, *arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        ACTIVITY.note()
        return result

    @wrap(models.SQSBackend, "receive_message")
    def receive_message(
        original: Any,
        backend: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        *rest: Any,
        **named: Any,
    ) -> Any:
        queue = backend.get_queue(queue_name)
        forget_expired(queue)
        if wait_seconds_timeout:
            ACTIVITY.wait(
                is_done=lambda: bool(queue.messages),
                next_due=lambda: next_due(queue),
                timeout_seconds=float(wait_seconds_timeout),
            )
        messages = original(backend, queue_name, count, 0, *rest, **named)
        if messages:
            ACTIVITY.look_again()  # they become visible again, at a moment that is known only now
        return messages


def forget_expired(queue: Any) -> None:
    """Removes messages whose retention has ended; moto would end the receive at the first."""
    now = ACTIVITY.clock.now()
    expired = [each for each in queue._messages if expires_at(queue, each) <= now]
    for message in expired:
        queue._messages.remove(message)


def expires_at(queue: Any, message: Any) -> float:
    """When the message's retention ends, in world seconds."""
    return float(message.sent_timestamp) / 1000 + float(queue.message_retention_period)


def next_due(queue: Any, since: float | None = None) -> float | None:
    """When the next message of the queue becomes visible, in world seconds.

    With `since`, also a message that has become visible since then.
    """
    since = ACTIVITY.clock.now() if since is None else since
    moments = [max(message.visible_at, message.delayed_until) / 1000 for message in queue._messages]
    return min((each for each in moments if each >= since), default=None)


def all_queues() -> list[Any]:
    return [
        queue
        for regions in models.sqs_backends.values()
        for backend in regions.values()
        for queue in backend.queues.values()
    ]


def describe(queue: Any) -> dict[str, Any]:
    """The depth of a queue, for the host and for people; nothing is received."""
    due = next_due(queue)
    return {
        "name": queue.name,
        "arn": queue.queue_arn,
        "visible": len(queue.messages),
        "notVisible": sum(1 for message in queue._messages if not message.visible),
        "visibilityTimeout": queue.visibility_timeout,
        "deadLetterQueueOf": [
            other.queue_arn for other in all_queues() if other.dead_letter_queue is queue
        ],
        "nextInSeconds": None if due is None else max(0.0, round(due - ACTIVITY.clock.now(), 3)),
    }


def messages(queue: Any) -> list[dict[str, Any]]:
    now = ACTIVITY.clock.now()
    return [
        {
            "messageId": message.id,
            "body": message.body,
            "receiveCount": message.approximate_receive_count,
            "visibleInSeconds": max(0.0, round(message.visible_at / 1000 - now, 3)),
        }
        for message in queue._messages
    ]

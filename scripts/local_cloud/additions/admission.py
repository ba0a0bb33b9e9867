"""Whether a queue's policy lets a service send messages to it.

Feature: moto keeps a queue's policy, but never asks it before SNS or EventBridge deliver. Without
the statement AWS loses the message (SNS) or keeps trying (EventBridge). Losses are kept for
`local-cloud status` to show.
"""

from typing import Any

from moto.sqs.models import sqs_backends

from local_cloud import ACCOUNT
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits as policy_admits

LOST: list[dict[str, Any]] = []


def find_queue(arn: str) -> Any | None:
    region, account, name = arn.split(":")[3:6]
    return sqs_backends[account][region].queues.get(name)


def admits(queue_arn: str, service: str, source_arn: str) -> bool:
    queue = find_queue(queue_arn)
    if queue is None:
        reason = "there is no such queue"
    elif not queue.policy:
        reason = "the queue has no policy"
    else:
        request = Request(
            action="sqs:SendMessage",
            resource=queue_arn,
            principal_service=service,
            context={
                "aws:SourceArn": [source_arn],
                "aws:SourceAccount": [ACCOUNT],
                "aws:SecureTransport": ["true"],
            },
        )
        if policy_admits([f"queue {queue.name}"], request):
            return True
        reason = "the queue's policy does not allow it"
    LOST.append(
        {"at": ACTIVITY.clock.now(), "queue": queue_arn, "from": source_arn, "reason": reason}
    )
    return False

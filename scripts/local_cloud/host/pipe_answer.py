"""The events that a pipe makes of its enrichment's answer.

https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

import json
from typing import Any

LARGEST_BATCH = 10


class NotUsable(ValueError):
    """The target is not invoked and the messages stay in the queue."""


def details(answer: bytes) -> list[Any]:
    """One event's detail for each element. Without any, the target is not invoked and the messages
    are consumed.
    """
    if not answer.strip():
        return []
    try:
        value = json.loads(answer)
    except ValueError as error:
        raise NotUsable(f"the enrichment's answer is not JSON: {error}") from error
    if value in ("", {}, [], None):
        return []
    elements = value if isinstance(value, list) else [value]
    if len(elements) > LARGEST_BATCH:
        raise NotUsable(f"{len(elements)} elements, and an event bus takes {LARGEST_BATCH} at once")
    return elements

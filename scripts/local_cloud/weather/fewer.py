"""Less than was asked for in one call: part of a batch, some messages, a page of a table.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from local_cloud.gate.answer import Answer, with_body
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.raw_request import RawRequest
from local_cloud.weather.paging import BY_KEY

Perform = Callable[[RawRequest], Answer]
LEFT_OVER = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
TABLE_PAGE = 8
EMPTY_POLLS = 0.3
NO_MESSAGES: Answer = (200, {"Content-Type": "application/x-amz-json-1.0"}, b"{}")


def asks_for_several(call: ApiCall) -> bool:
    """Whether `some` would shorten the answer."""
    if call.protocol != "json":
        return False
    if call.service == "dynamodb" and call.operation in LEFT_OVER:
        return len(requests(call)) > 1
    is_receive = (call.service, call.operation) == ("sqs", "ReceiveMessage")
    return is_receive and (messages_asked(call) > 1 or is_short_poll(call))


def some(request: RawRequest, call: ApiCall, chance: Random, perform: Perform) -> Answer:
    if call.service == "dynamodb":
        return part_of_batch(request, call, chance, perform)
    # A short poll asks some of SQS's servers only, and may find nothing.
    if is_short_poll(call) and chance.random() < EMPTY_POLLS:
        return NO_MESSAGES
    size = chance.randint(1, max(1, messages_asked(call) - 1))
    return perform(changed(request, call, MaxNumberOfMessages=size))


def part_of_batch(request: RawRequest, call: ApiCall, chance: Random, perform: Perform) -> Answer:
    every = requests(call)
    taken = chance.randint(1, len(every) - 1)
    now, later = (by_table(call, each) for each in (every[:taken], every[taken:]))
    answer = perform(changed(request, call, RequestItems=now))
    if answer[0] != 200:
        return answer
    document = json.loads(answer[2])
    member = LEFT_OVER[call.operation]
    document[member] = later | document.get(member, {})
    return with_body(answer, json.dumps(document).encode())


def page_of_table(
    request: RawRequest, call: ApiCall, chance: Random, limit: int | None
) -> RawRequest:
    """The request with a smaller Limit: DynamoDB's own pages end with a key."""
    assert (call.service, call.operation) in BY_KEY
    size = chance.randint(1, limit or TABLE_PAGE)
    return changed(request, call, Limit=min(size, call.parameters.get("Limit", size)))


def requests(call: ApiCall) -> list[tuple[str, Any]]:
    """Each key or write of a batch, with its table."""
    return [
        (table, each)
        for table, asked in call.parameters.get("RequestItems", {}).items()
        for each in (asked["Keys"] if call.operation == "BatchGetItem" else asked)
    ]


def by_table(call: ApiCall, chosen: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, each in chosen:
        if call.operation == "BatchWriteItem":
            found.setdefault(table, []).append(each)
        else:
            asked = call.parameters["RequestItems"][table]
            found.setdefault(table, {**asked, "Keys": []})["Keys"].append(each)
    return found


def messages_asked(call: ApiCall) -> int:
    return int(call.parameters.get("MaxNumberOfMessages", 1))


def is_short_poll(call: ApiCall) -> bool:
    """Whether the call is a short poll. A call that leaves the wait to its queue counts as a long
    poll.
    """
    return call.parameters.get("WaitTimeSeconds") == 0


def changed(request: RawRequest, call: ApiCall, **members: Any) -> RawRequest:
    return replace(request, body=json.dumps(call.parameters | members).encode())

"""A stream's record as a function gets it, and the message about records that were given up.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import base64
import uuid
from datetime import datetime
from typing import Any

from local_cloud.host.moment import iso_8601
from local_cloud.host.outcome import Outcome

Record = dict[str, Any]


def number(record: Record) -> str:
    """The record's position in its stream."""
    return str(record["dynamodb"]["SequenceNumber"])


def as_event(record: Record) -> Record:
    """The record as Lambda passes it on: the members of userIdentity begin in lower case there."""
    event: Record = jsonable(record)
    identity = event.pop("userIdentity", None)
    if identity:
        event["userIdentity"] = {
            name[:1].lower() + name[1:]: value for name, value in identity.items()
        }
    return event


def jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: jsonable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def failure_message(
    batch: list[Record],
    shard: str,
    stream_arn: str,
    function_arn: str,
    condition: str,
    attempts: int,
    outcome: Outcome | None,
    now: float,
) -> dict[str, Any]:
    """The message about records that were given up, which contains none of them. Without an outcome
    they were not sent.
    """
    times = [iso_8601(each["dynamodb"]["ApproximateCreationDateTime"]) for each in batch]
    return {
        "requestContext": {
            "requestId": outcome.request_id if outcome else str(uuid.uuid4()),
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": outcome.error if outcome else None,
        },
        "version": "1.0",
        "timestamp": iso_8601(now),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": number(batch[0]),
            "endSequenceNumber": number(batch[-1]),
            "approximateArrivalOfFirstRecord": times[0],
            "approximateArrivalOfLastRecord": times[-1],
            "batchSize": len(batch),
            "streamArn": stream_arn,
        },
    }

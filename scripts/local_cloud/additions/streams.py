"""DynamoDB streams: where each mapping has got to, and how old a record is.

Feature: moto keeps no checkpoints. They are kept with the stream, so that they outlive a deployment
and are copied into a fork. A record's age goes by the world's clock.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
"""

from typing import Any

from moto.dynamodb.models import table as tables

from local_cloud.additions.dynamodb import all_tables
from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY

# The UUID of a mapping → the sequence number up to which its records are done.
CHECKPOINTS: dict[str, str] = {}


def install() -> None:
    @wrap(tables.StreamRecord, "__init__")
    def stream_record(original: Any, record: Any, *rest: Any) -> None:
        original(record, *rest)
        record.made_at = ACTIVITY.clock.now()


def shard_of(stream_arn: str) -> Any:
    for table in all_tables():
        if f"{table.table_arn}/stream/{table.latest_stream_label}" == stream_arn:
            return table.stream_shard
    raise LookupError(f"there is no stream {stream_arn}")


def checkpoint(given: dict[str, Any]) -> dict[str, str]:
    """`{mapping, streamArn, startingPosition}` reads a checkpoint, `{mapping, sequenceNumber}`
    moves it.
    """
    mapping = given["mapping"]
    if "sequenceNumber" in given:
        CHECKPOINTS[mapping] = given["sequenceNumber"]
    elif mapping not in CHECKPOINTS:
        shard = shard_of(given["streamArn"])
        skipped = len(shard.items) if given["startingPosition"] == "LATEST" else 0
        CHECKPOINTS[mapping] = str(shard.starting_sequence_number + skipped - 1)
    return {"sequenceNumber": CHECKPOINTS[mapping]}


def record_ages(given: dict[str, Any]) -> list[float]:
    """The ages of the records `{streamArn, sequenceNumbers}`, in seconds."""
    shard, now = shard_of(given["streamArn"]), ACTIVITY.clock.now()
    return [
        now - shard.items[int(number) - shard.starting_sequence_number].made_at
        for number in given["sequenceNumbers"]
    ]

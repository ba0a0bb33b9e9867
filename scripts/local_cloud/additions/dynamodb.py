"""DynamoDB: stream records as AWS writes them, and expiry on demand.

Bug of moto: every stream record is said to come from us-east-1, and a write that changes nothing
makes a record.

Feature: moto never deletes expired items. A deletion by TTL appears in the stream with a
userIdentity.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
"""

from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models import table as tables

from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY

SERVICE = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


def install() -> None:
    @wrap(tables.StreamRecord, "__init__")
    def stream_record(original: Any, record: Any, table: Any, *rest: Any) -> None:
        original(record, table, *rest)
        record.record["awsRegion"] = table.region_name
        record.record["eventVersion"] = "1.1"

    @wrap(tables.StreamShard, "add")
    def add(original: Any, shard: Any, old: Any, new: Any) -> None:
        if old is not None and new is not None and old == new:
            return  # a write that changes nothing makes no record
        original(shard, old, new)
        ACTIVITY.note()


def all_tables() -> list[Any]:
    return [
        table
        for regions in models.dynamodb_backends.values()
        for backend in regions.values()
        for table in backend.tables.values()
    ]


def stream_lengths() -> dict[str, int]:
    """The number of records that each stream ever had, by its ARN."""
    return {
        f"{table.table_arn}/stream/{table.latest_stream_label}": len(table.stream_shard.items)
        for table in all_tables()
        if table.stream_shard is not None
    }


def expire(now: float) -> int:
    """Deletes the items that have passed their TTL; returns how many."""
    count = 0
    for table in all_tables():
        attribute = table.ttl.get("AttributeName")
        if table.ttl.get("TimeToLiveStatus") != "ENABLED" or not attribute:
            continue
        for item in list(table.all_items()):
            value = item.attrs.get(attribute)
            if value is None or value.type != "N" or float(value.value) > now:
                continue
            table.delete_item(item.hash_key, item.range_key)
            if table.stream_shard is not None:
                table.stream_shard.items[-1].record["userIdentity"] = SERVICE
            count += 1
    return count

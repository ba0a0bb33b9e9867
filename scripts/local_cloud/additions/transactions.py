"""DynamoDB transactions: one that fails leaves items and stream as they were.

Bug of moto: each item of a transaction copies the whole table and its stream, which takes minutes
and gigabytes for a thousand rows, and a failure puts the copy in the table's place, while readers
of the stream stay with the old one. Here only the items that the transaction names are kept and put
back.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

from local_cloud.additions.patching import wrap


def install() -> None:
    @wrap(DynamoDBBackend, "transact_write_items")
    def transact_write_items(original: Any, backend: Any, items: list[dict[str, Any]]) -> Any:
        undoing = [
            *(undoing_of_records(table) for table in backend.tables.values()),
            *(undoing_of_write(backend, item) for item in items),
        ]
        try:
            with tables_that_copy_nothing():
                return original(backend, items)
        except Exception:
            for undo in undoing:
                undo()
            raise


@contextmanager
def tables_that_copy_nothing() -> Iterator[None]:
    """While this is entered, a copy of a table is the table itself. One request comes at a time, so
    nobody else copies one meanwhile.
    """
    Table.__deepcopy__ = lambda table, memo: table
    try:
        yield
    finally:
        del Table.__deepcopy__


def undoing_of_records(table: Any) -> Callable[[], None]:
    shard = table.stream_shard
    length = 0 if shard is None else len(shard.items)

    def undo() -> None:
        if shard is not None:
            del shard.items[length:]

    return undo


def undoing_of_write(backend: Any, item: dict[str, Any]) -> Callable[[], None]:
    operation = next(iter(item.values()))
    try:
        table = backend.get_table(operation["TableName"])
        keys = backend.get_keys_value(table, operation.get("Key") or operation["Item"])
    except (JsonRESTError, KeyError):
        return lambda: None  # the transaction itself refuses what is wrong with it
    hash_key, range_key = keys
    before = copy.deepcopy(table.get_item(hash_key, range_key))

    def undo() -> None:
        place, key = (table.items[hash_key], range_key) if range_key else (table.items, hash_key)
        if before is None:
            place.pop(key, None)
        else:
            place[key] = before

    return undo

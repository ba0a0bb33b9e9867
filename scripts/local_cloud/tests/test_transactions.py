"""A transaction writes everything or nothing, in a large table too."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import make_table

TABLE = "rules"


@pytest.fixture
def table(cloud: Cloud) -> Any:
    client = cloud.client("dynamodb")
    make_table(cloud, TABLE, has_stream=True)
    return client


def row(number: int, text: str) -> dict[str, Any]:
    return {"PK": {"S": "ROUTE#"}, "SK": {"S": f"{number:04}"}, "text": {"S": text}}


def put(number: int, text: str, **more: str) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": row(number, text), **more}}


def key(number: int) -> dict[str, Any]:
    item = row(number, "")
    return {"TableName": TABLE, "Key": {"PK": item["PK"], "SK": item["SK"]}}


def update(number: int, text: str) -> dict[str, Any]:
    return {
        "Update": key(number)
        | {"UpdateExpression": "SET #t = :t", "ExpressionAttributeNames": {"#t": "text"}}
        | {"ExpressionAttributeValues": {":t": {"S": text}}}
    }


def texts(table: Any) -> dict[str, str]:
    items = table.scan(TableName=TABLE)["Items"]
    return {item["SK"]["S"]: item["text"]["S"] for item in items if item["PK"]["S"] == "ROUTE#"}


def test_a_transaction_that_fails_leaves_every_item_as_it_was(table: Any) -> None:
    table.transact_write_items(TransactItems=[put(number, "old") for number in range(3)])
    doomed = put(9, "new", ConditionExpression="attribute_exists(PK)")
    with pytest.raises(ClientError, match="TransactionCanceled"):
        table.transact_write_items(
            TransactItems=[
                put(0, "new"),
                update(1, "new"),
                {"Delete": key(2)},
                put(3, "new"),
                update(4, "new"),
                doomed,
            ]
        )
    assert texts(table) == {"0000": "old", "0001": "old", "0002": "old"}
    table.transact_write_items(TransactItems=[update(1, "new"), {"Delete": key(2)}])
    assert texts(table) == {"0000": "old", "0001": "new"}


def test_a_transaction_that_names_no_table_or_item_is_refused(table: Any) -> None:
    with pytest.raises(ClientError):
        table.transact_write_items(
            TransactItems=[{"Put": {"TableName": "none", "Item": row(1, "new")}}]
        )
    with pytest.raises(ClientError):
        table.transact_write_items(TransactItems=[put(1, "new"), put(1, "newer")])
    assert texts(table) == {}


def test_thousands_of_rows_are_written_a_hundred_at_a_time(table: Any) -> None:
    for start in range(0, 3000, 100):
        table.transact_write_items(
            TransactItems=[put(number, "new") for number in range(start, start + 100)]
        )
    assert table.scan(TableName=TABLE, Select="COUNT")["Count"] == 3000

"""A conditional write that is refused returns the conflicting row, and changes nothing."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import LOCAL, allow, make_role, make_table

CONDITION = "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)"
KEY = {"PK": {"S": "MAIL#1"}, "SK": {"S": "GMAIL#me@gmail.com"}}


@pytest.fixture
def handler(cloud: Cloud) -> Any:
    """A client with the one right that a handler has."""
    make_table(cloud, "mails")
    statement = allow(["dynamodb:PutItem"], f"arn:aws:dynamodb:{LOCAL}:table/mails")
    role = make_role(cloud, "handler", "lambda.amazonaws.com", [statement])
    return cloud.assume(role, "session").client("dynamodb")


def row(state: str, owner: str, until: int) -> dict[str, Any]:
    return {**KEY, "state": {"S": state}, "owner": {"S": owner}, "until": {"N": str(until)}}


def put(handler: Any, item: dict[str, Any], now: int, **more: str) -> Any:
    return handler.put_item(
        TableName="mails",
        Item=item,
        ConditionExpression=CONDITION,
        ExpressionAttributeNames={"#state": "state", "#until": "until"},
        ExpressionAttributeValues={":claimed": {"S": "claimed"}, ":now": {"N": str(now)}},
        **more,
    )


def refusal(handler: Any, item: dict[str, Any], now: int, **more: str) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        put(handler, item, now, **more)
    answer: dict[str, Any] = caught.value.response
    assert answer["Error"]["Code"] == "ConditionalCheckFailedException"
    return answer


def test_a_refused_claim_shows_the_row_that_is_there(handler: Any) -> None:
    first = row("claimed", "a", until=200)
    all_old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    put(handler, first, now=100, **all_old)
    assert refusal(handler, row("claimed", "b", until=300), now=200, **all_old)["Item"] == first
    assert "Item" not in refusal(handler, row("claimed", "b", until=300), now=200)
    second = row("claimed", "b", until=300)
    put(handler, second, now=201, **all_old)
    handler.put_item(TableName="mails", Item=row("done", "b", until=250))
    done = refusal(handler, first, now=10**9, **all_old)["Item"]
    assert done == row("done", "b", until=250)

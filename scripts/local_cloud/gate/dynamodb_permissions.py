"""The tables, and the partitions of them, that a DynamoDB call touches.

`dynamodb:LeadingKeys` holds the partition keys.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

import re
from typing import Any

from local_cloud import ACCOUNT
from local_cloud.gate import principals
from local_cloud.gate.api_call import ApiCall

Context = dict[str, list[str]]
Needs = list[tuple[str, str, Context]]
TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}


def dynamodb(call: ApiCall) -> Needs:
    per_table: dict[tuple[str, str], list[str]] = {}

    def add(operation: str, table: str, key: Any) -> None:
        leading = per_table.setdefault((operation, table), [])
        if isinstance(key, dict):
            leading += [str(value) for value in key.values()][:1]

    p = call.parameters
    if call.operation in ("TransactWriteItems", "TransactGetItems"):
        for item in p.get("TransactItems", []):
            for verb, body in item.items():
                add(TRANSACTION.get(verb, verb), body["TableName"], item_key(call, body))
    elif call.operation in ("BatchGetItem", "BatchWriteItem"):
        for table, content in p.get("RequestItems", {}).items():
            keys = (
                content.get("Keys", [])
                if isinstance(content, dict)
                else [next(iter(each.values())) for each in content]
            )
            for key in keys:
                add(
                    call.operation,
                    table,
                    item_key(
                        call,
                        {"TableName": table, "Key": key}
                        if isinstance(content, dict)
                        else {"TableName": table} | key,
                    ),
                )
    else:
        add(call.operation, p.get("TableName", "*"), item_key(call, p))
    return [
        (
            f"dynamodb:{operation}",
            table_arn(call, table),
            {"dynamodb:LeadingKeys": keys} if keys else {},
        )
        for (operation, table), keys in per_table.items()
    ]


def table_arn(call: ApiCall, table: str) -> str:
    if table.startswith("arn:"):
        return table
    return f"arn:aws:dynamodb:{call.region}:{ACCOUNT}:table/{table}"


def item_key(call: ApiCall, body: dict[str, Any]) -> Any:
    """The typed partition key, `{"S": "…"}`, of a request about one item or partition."""
    name = principals.hash_key_name(call.region, body.get("TableName", "").rpartition("/")[2])
    item = body.get("Key") or body.get("Item")
    if isinstance(item, dict):
        return item.get(name)
    expression = body.get("KeyConditionExpression", "")
    match = re.search(r"([#\w.]+)\s*=\s*(:\w+)", expression)
    names = body.get("ExpressionAttributeNames", {})
    if match and names.get(match.group(1), match.group(1)) == name:
        return body.get("ExpressionAttributeValues", {}).get(match.group(2))
    return None

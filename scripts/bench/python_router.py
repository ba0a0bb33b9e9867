"""The router as it would be written in Python: boto3 under AWS's own runtime client."""

import json
import os
from typing import Any

import boto3

TABLE = os.environ["DYNAMODB_TABLE_NAME"]
DATABASE = boto3.client("dynamodb")


def keys(address: str) -> list[str]:
    local, _, domain = address.lower().rpartition("@")
    exact = [address.lower(), f"{local.split('+')[0]}@{domain}", f"*@{domain}", "*"]
    return [f"ROUTE#{name}" for name in dict.fromkeys(exact)]


def handler(event: list[dict[str, Any]], _context: object) -> list[dict[str, Any]]:
    decisions = []
    for record in event:
        notification = json.loads(record["body"])
        recipients = notification["receipt"]["recipients"]
        wanted = dict.fromkeys(key for address in recipients for key in keys(address))
        answer = DATABASE.batch_get_item(
            RequestItems={
                TABLE: {"Keys": [{"PK": {"S": k}, "SK": {"S": "RULE#v1"}} for k in wanted]}
            }
        )
        rules = {row["PK"]["S"]: row for row in answer["Responses"][TABLE]}
        targets = []
        for address in recipients:
            rule = next((rules[key] for key in keys(address) if key in rules), None)
            if rule:
                targets.append({"target": address, "destination": rule["target"]["S"]})
        decisions.append(
            {
                "originalMessageId": notification["mail"]["messageId"],
                "body": record["body"],
                "actions": {"forward-to-gmail": {"count": len(targets), "targets": targets}},
            }
        )
    return decisions

"""A stand-in for router-enrichment: exact address, domain, everything; no finer points."""

import json
import os
from typing import Any

import boto3

from local_cloud.tests.bootstraps.runtime import run

TABLE = boto3.client("dynamodb")


def find_rule(recipient: str) -> tuple[str, dict[str, Any]] | None:
    domain = recipient.rpartition("@")[2]
    keys = [f"ROUTE#{each}" for each in (recipient, f"*@{domain}", "*")]
    name = os.environ["DYNAMODB_TABLE_NAME"]
    answer = TABLE.batch_get_item(
        RequestItems={name: {"Keys": [{"PK": {"S": key}, "SK": {"S": "RULE#v1"}} for key in keys]}}
    )
    found = {item["PK"]["S"]: item for item in answer["Responses"][name]}
    return next(((key, found[key]) for key in keys if key in found), None)


def handle(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for record in records for each in [decide(record)] if each is not None]


def decide(record: dict[str, Any]) -> dict[str, Any] | None:
    notification = json.loads(record["body"])
    notification = json.loads(notification.get("Message", record["body"]))
    mail, receipt = notification["mail"], notification["receipt"]
    if mail["messageId"] == "AMAZON_SES_SETUP_NOTIFICATION":
        return None
    targets: dict[str, list[dict[str, Any]]] = {"store": [], "forward-to-gmail": [], "bounce": []}
    for recipient in receipt["recipients"]:
        rule = find_rule(recipient)
        if receipt["spamVerdict"]["status"] == "FAIL":
            targets["store"].append({"target": recipient, "reason": "spam"})
        elif rule is None:
            targets["bounce"].append({"target": recipient, "reason": "no-rule"})
        else:
            targets[rule[1]["action"]["S"]].append(
                {
                    "target": recipient,
                    "rule": rule[0],
                    "destination": rule[1].get("target", {}).get("S", ""),
                }
            )
    return {
        "originalMessageId": mail["messageId"],
        "eventSource": "aws:sqs",
        "body": json.dumps(notification),
        "actions": {
            action: {"count": len(found), "targets": found} for action, found in targets.items()
        },
    }


if __name__ == "__main__":
    run(handle)

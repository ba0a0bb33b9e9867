"""A queue's message as a function gets it, and which messages of a batch have failed.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import base64
import json
from typing import Any

from local_cloud import REGION


def record(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {
            name: value
            for name, value in message.get("Attributes", {}).items()
            if value is not None
        },
        "messageAttributes": {
            name: attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def attribute(value: dict[str, Any]) -> dict[str, Any]:
    binary = value.get("BinaryValue")
    return {
        **({"stringValue": value["StringValue"]} if "StringValue" in value else {}),
        **({"binaryValue": base64.b64encode(binary).decode()} if binary is not None else {}),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }


def failed_items(answer: bytes, identifiers: list[str], reports_failures: bool) -> set[str]:
    """The identifiers that have failed according to a successful invocation's answer.

    Without ReportBatchItemFailures the answer means nothing. An answer that cannot be understood,
    or that names a message outside the batch, fails the whole batch.
    """
    everything = set(identifiers)
    if not reports_failures or not answer.strip():
        return set()
    try:
        value = json.loads(answer)
    except ValueError:
        return everything
    if value is None or value == "":
        return set()
    if not isinstance(value, dict):
        return everything
    failures = value.get("batchItemFailures")
    if failures is None or failures == []:
        return set()
    if not isinstance(failures, list):
        return everything
    failed: set[str] = set()
    for item in failures:
        identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
        if not isinstance(identifier, str) or identifier not in everything:
            return everything
        failed.add(identifier)
    return failed

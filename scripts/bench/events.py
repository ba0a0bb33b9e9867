"""The events for the functions: a mail with a notification of 3.7 KB and 26 headers."""

import json
from typing import Any

BUCKET = "bench-bucket"


def notification(identifier: str, recipients: list[str]) -> str:
    headers = [
        {"name": "Message-ID", "value": f"<{identifier}@sender.example>"},
        {"name": "From", "value": "Jane <jane@sender.example>"},
        {"name": "Subject", "value": "Quarterly figures"},
    ]
    headers += [{"name": f"X-Header-{n}", "value": f"value {n} " * 8} for n in range(23)]
    verdict = {"status": "PASS"}
    document: dict[str, Any] = {
        "notificationType": "Received",
        "mail": {
            "timestamp": "2026-01-18T10:00:00.000Z",
            "source": "jane@sender.example",
            "messageId": identifier,
            "destination": recipients,
            "headersTruncated": False,
            "headers": headers,
            "commonHeaders": {
                "from": ["Jane <jane@sender.example>"],
                "to": recipients[:1],
                "messageId": f"<{identifier}@sender.example>",
                "subject": "Quarterly figures",
            },
        },
        "receipt": {
            "timestamp": "2026-01-18T10:00:00.000Z",
            "processingTimeMillis": 500,
            "recipients": recipients,
            "spamVerdict": verdict,
            "virusVerdict": verdict,
            "spfVerdict": verdict,
            "dkimVerdict": verdict,
            "dmarcVerdict": verdict,
            "action": {
                "type": "S3",
                "bucketName": BUCKET,
                "objectKey": f"emails/{identifier}",
                "topicArn": "arn:aws:sns:us-east-1:123456789012:ses-mail",
            },
        },
    }
    return json.dumps(document)


def router(number: int, recipients: list[str] | None = None) -> bytes:
    body = notification(f"mail-{number}", recipients or ["support@example.com"])
    record = {"messageId": f"message-{number}", "body": body, "eventSource": "aws:sqs"}
    return json.dumps([record | {"attributes": {"ApproximateReceiveCount": "1"}}]).encode()


def handler(number: int, action: str, records: int = 1) -> bytes:
    """A batch for the forwarder (`forward-to-gmail`) or the bouncer (`bounce`)."""
    return json.dumps(
        {"Records": [_record(f"{number}-{record}", action) for record in range(records)]}
    ).encode()


def _record(name: str, action: str) -> dict[str, Any]:
    identifier = f"mail-{name}"
    target = {"target": "support@example.com", "rule": "ROUTE#support@example.com"}
    if action == "forward-to-gmail":
        target["destination"] = "me@gmail.com"
    actions: dict[str, Any] = {
        kind: {"count": 0, "targets": []} for kind in ("store", "forward-to-gmail", "bounce")
    }
    actions[action] = {"count": 1, "targets": [target]}
    detail = {
        "originalMessageId": identifier,
        "eventSource": "aws:sqs",
        "body": notification(identifier, ["support@example.com"]),
        "actions": actions,
    }
    return {
        "messageId": f"message-{name}",
        "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": "1"},
        "body": json.dumps({"detail": detail}),
    }

"""A stand-in for bouncer: one small report a mail, none for a mail that says it was automatic."""

import json
import os
from email.message import EmailMessage
from typing import Any

import boto3

from local_cloud.tests.bootstraps.runtime import run

SES = boto3.client("sesv2")


def bounce(event: dict[str, Any]) -> None:
    detail = event["detail"]
    mail = json.loads(detail["body"])["mail"]
    headers = {each["name"].lower(): each["value"] for each in mail["headers"]}
    if headers.get("auto-submitted", "no") != "no":
        return
    report = EmailMessage()
    report["From"], report["To"] = os.environ["BOUNCE_SENDER"], mail["source"]
    report["Subject"] = "Mail Delivery Failed"
    report.set_content("\n".join(each["target"] for each in detail["actions"]["bounce"]["targets"]))
    SES.send_email(
        FromEmailAddress=os.environ["BOUNCE_SENDER"],
        Destination={"ToAddresses": [mail["source"]]},
        Content={"Raw": {"Data": report.as_bytes()}},
    )


def handle(event: dict[str, Any]) -> dict[str, Any]:
    for record in event["Records"]:
        bounce(json.loads(record["body"]))
    return {"batchItemFailures": []}


if __name__ == "__main__":
    run(handle)

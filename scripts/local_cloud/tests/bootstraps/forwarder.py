"""A stand-in for gmail-forwarder: multipart import with the mailbox's own token, no ledger.

It counts a canary that it has delivered, and a token that Google no longer accepts.
"""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import boto3

from local_cloud.tests.bootstraps.runtime import run

S3, SSM = boto3.client("s3"), boto3.client("ssm")


def count(metric: str) -> None:
    directive = {
        "Namespace": "SESMail/test",
        "Dimensions": [[]],
        "Metrics": [{"Name": metric, "Unit": "Count"}],
    }
    embedding = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": embedding, metric: 1}), flush=True)


def access_token(mailbox: str) -> str:
    default = os.environ["GMAIL_TOKEN_PARAMETER"]
    try:
        own = f"{default}/{mailbox.replace('@', '_40')}"
        value = SSM.get_parameter(Name=own, WithDecryption=True)["Parameter"]["Value"]
    except SSM.exceptions.ParameterNotFound:
        value = SSM.get_parameter(Name=default, WithDecryption=True)["Parameter"]["Value"]
    token = json.loads(value)
    form = urllib.parse.urlencode(
        {
            "grant_type": "refresh_token",
            **{name: token[name] for name in ("client_id", "client_secret", "refresh_token")},
        }
    )
    try:
        with urllib.request.urlopen(
            os.environ["GOOGLE_TOKEN_ENDPOINT_URL"], data=form.encode()
        ) as response:
            return str(json.load(response)["access_token"])
    except urllib.error.HTTPError:
        count("GmailTokenInvalid")
        raise


def forward(event: dict[str, Any]) -> None:
    detail = event["detail"]
    action = json.loads(detail["body"])["receipt"]["action"]
    where = {"Bucket": action["bucketName"], "Key": action["objectKey"]}
    raw = S3.get_object(**where)["Body"].read()
    for target in detail["actions"]["forward-to-gmail"]["targets"]:
        mailbox = target["destination"]
        body = (
            b'--b\r\nContent-Type: application/json\r\n\r\n{"labelIds":["INBOX","UNREAD"]}\r\n'
            b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + raw + b"\r\n--b--"
        )
        user = urllib.parse.quote(mailbox, safe="")
        request = urllib.request.Request(
            f"{os.environ['GMAIL_ENDPOINT_URL']}/upload/gmail/v1/users/{user}"
            "/messages/import?uploadType=multipart",
            data=body,
            headers={
                "Authorization": f"Bearer {access_token(mailbox)}",
                "Content-Type": 'multipart/related; boundary="b"',
            },
        )
        urllib.request.urlopen(request).close()
        if b"\r\nX-Ses-Mail-Canary: " in raw:
            count("CanaryDelivered")
    S3.delete_object(**where)


def handle(event: dict[str, Any]) -> dict[str, Any]:
    failed = []
    for record in event["Records"]:
        try:
            forward(json.loads(record["body"]))
        except Exception as error:
            print(json.dumps({"level": "ERROR", "message": repr(error)}), flush=True)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


if __name__ == "__main__":
    run(handle)

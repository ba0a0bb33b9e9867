"""Roles and stand-in functions, with no more rights than they need."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local_cloud import ACCOUNT, REGION
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.tests.packages import zipped

TABLE, BUCKET, BUS = "ses-email-routing-test", f"ses-mail-{ACCOUNT}-test", "ses-email-routing-test"
TOKEN = "/ses-mail/test/gmail-token"
LOCAL = f"{REGION}:{ACCOUNT}"
TABLE_ARN = f"arn:aws:dynamodb:{LOCAL}:table/{TABLE}"
TOPIC_ARN = f"arn:aws:sns:{LOCAL}:ses-email-processing-test"
BUS_ARN = f"arn:aws:events:{LOCAL}:event-bus/{BUS}"
VISIBILITY = 30


@contextmanager
def invoking(moto: MotoProcess, work: Path) -> Iterator[World]:
    """A world that runs functions and nothing else."""
    world = World(moto, Settings(str(work)))
    world.control_url = ""
    world.runner.deploy()
    yield world
    world.stop()


def make_table(cloud: Cloud, name: str, has_stream: bool = False) -> None:
    """A table with the same keys as the deployed one."""
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        **({"StreamSpecification": stream} if has_stream else {}),
    )


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{LOCAL}:{name}"


def allow(actions: list[str], resource: Any, **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return statement | ({"Condition": conditions} if conditions else {})


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def service_statement(service: str, action: str, resource: str, source: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:SourceArn": source}},
    }


def functions() -> list[tuple[str, str, list[dict[str, Any]]]]:
    take = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return [
        (
            "router",
            "router",
            [
                allow(
                    ["dynamodb:BatchGetItem"],
                    TABLE_ARN,
                    **{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ROUTE#*"]}},
                )
            ],
        ),
        (
            "gmail",
            "forwarder",
            [
                allow(take, queue_arn("gmail")),
                allow(["s3:GetObject", "s3:DeleteObject"], f"arn:aws:s3:::{BUCKET}/emails/*"),
                allow(
                    ["ssm:GetParameter"],
                    [f"arn:aws:ssm:{LOCAL}:parameter{TOKEN}{end}" for end in ("", "/*")],
                ),
            ],
        ),
        (
            "bouncer",
            "bouncer",
            [
                allow(take, queue_arn("bouncer")),
                allow(
                    ["ses:SendRawEmail"],
                    f"arn:aws:ses:{LOCAL}:identity/example.com",
                    StringEquals={"ses:FromAddress": "mailer-daemon@example.com"},
                ),
            ],
        ),
    ]


def make_role(cloud: Cloud, name: str, service: str, statements: list[dict[str, Any]]) -> str:
    iam = cloud.client("iam")
    arn: str = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": service},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return arn


def make_function(
    cloud: Cloud,
    name: str,
    script: str,
    statements: list[dict[str, Any]],
    timeout: int = 20,
    memory: int = 256,
    **variables: str,
) -> None:
    group = f"/aws/lambda/{name}"
    cloud.client("logs").create_log_group(logGroupName=group)
    writing = allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:{LOCAL}:log-group:{group}:*"
    )
    role = make_role(cloud, name, "lambda.amazonaws.com", [*statements, writing])
    cloud.client("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime="provided.al2023",
        Handler="bootstrap",
        Code={"ZipFile": zipped(script)},
        Timeout=timeout,
        MemorySize=memory,
        Environment={
            "Variables": {
                "DYNAMODB_TABLE_NAME": TABLE,
                "EMAIL_BUCKET": BUCKET,
                "GMAIL_TOKEN_PARAMETER": TOKEN,
                "BOUNCE_SENDER": "mailer-daemon@example.com",
                **variables,
            }
        },
    )

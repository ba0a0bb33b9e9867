"""The pipeline as Terraform deploys it, small, with stand-in functions."""

import json
from typing import Any

from local_cloud import ACCOUNT, REGION
from local_cloud.aws import Cloud
from local_cloud.seed import Rule, put_rule
from local_cloud.tests.packages import zipped

TABLE, BUCKET, BUS = "ses-email-routing-test", f"ses-mail-{ACCOUNT}-test", "ses-email-routing-test"
TOKEN = "/ses-mail/test/gmail-token"
LOCAL = f"{REGION}:{ACCOUNT}"
TABLE_ARN = f"arn:aws:dynamodb:{LOCAL}:table/{TABLE}"
TOPIC_ARN = f"arn:aws:sns:{LOCAL}:ses-email-processing-test"
BUS_ARN = f"arn:aws:events:{LOCAL}:event-bus/{BUS}"
VISIBILITY = 30


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


def deploy(cloud: Cloud) -> None:
    make_storage(cloud)
    make_queue(cloud, "input", "sns.amazonaws.com", TOPIC_ARN)
    for name in ("gmail", "bouncer"):
        make_queue(cloud, name, "events.amazonaws.com", f"arn:aws:events:{LOCAL}:rule/*")
    make_mail(cloud)
    for name, script, statements in functions():
        make_function(cloud, name, script, statements)
    for name in ("gmail", "bouncer"):
        cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=queue_arn(name),
            FunctionName=name,
            BatchSize=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": 2},
        )
    make_bus(cloud)
    make_pipe(cloud)
    put_rule(cloud, TABLE, Rule("me@example.com", "forward-to-gmail", "me@gmail.com"))
    put_rule(cloud, TABLE, Rule("*", "bounce"))


def make_storage(cloud: Cloud) -> None:
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")
        ],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    cloud.client("dynamodb").update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(
        Bucket=BUCKET,
        Policy=policy(
            service_statement(
                "ses.amazonaws.com",
                "s3:PutObject",
                f"arn:aws:s3:::{BUCKET}/*",
                f"arn:aws:ses:{LOCAL}:receipt-rule-set/*",
            ),
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{BUCKET}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ),
    )


def make_queue(cloud: Cloud, name: str, service: str, source: str) -> None:
    sqs = cloud.client("sqs")
    sqs.create_queue(QueueName=f"{name}-dlq")
    sqs.create_queue(
        QueueName=name,
        Attributes={
            "VisibilityTimeout": str(VISIBILITY),
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": queue_arn(f"{name}-dlq"), "maxReceiveCount": 3}
            ),
            "Policy": policy(
                service_statement(service, "sqs:SendMessage", queue_arn(name), source)
            ),
        },
    )


def make_mail(cloud: Cloud) -> None:
    sns, ses = cloud.client("sns"), cloud.client("ses")
    sns.create_topic(
        Name=TOPIC_ARN.rpartition(":")[2],
        Attributes={
            "Policy": policy(
                service_statement(
                    "ses.amazonaws.com",
                    "sns:Publish",
                    TOPIC_ARN,
                    f"arn:aws:ses:{LOCAL}:receipt-rule-set/*",
                )
            )
        },
    )
    sns.subscribe(
        TopicArn=TOPIC_ARN,
        Protocol="sqs",
        Endpoint=queue_arn("input"),
        Attributes={"RawMessageDelivery": "true"},
    )
    ses.verify_domain_identity(Domain="example.com")
    ses.create_receipt_rule_set(RuleSetName="rules")
    ses.create_receipt_rule(
        RuleSetName="rules",
        Rule={
            "Name": "receive",
            "Enabled": True,
            "ScanEnabled": True,
            "Recipients": ["example.com"],
            "Actions": [
                {
                    "S3Action": {
                        "BucketName": BUCKET,
                        "ObjectKeyPrefix": "emails/",
                        "TopicArn": TOPIC_ARN,
                    }
                }
            ],
        },
    )
    ses.set_active_receipt_rule_set(RuleSetName="rules")


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


def make_bus(cloud: Cloud) -> None:
    events = cloud.client("events")
    events.create_event_bus(Name=BUS)
    for action, queue in (("forward-to-gmail", "gmail"), ("bounce", "bouncer")):
        events.put_rule(
            Name=f"to-{queue}",
            EventBusName=BUS,
            EventPattern=json.dumps(
                {
                    "source": ["ses.email.router"],
                    "detail": {"actions": {action: {"count": [{"numeric": [">", 0]}]}}},
                }
            ),
        )
        events.put_targets(
            Rule=f"to-{queue}", EventBusName=BUS, Targets=[{"Id": queue, "Arn": queue_arn(queue)}]
        )


def make_pipe(cloud: Cloud) -> None:
    role = make_role(
        cloud,
        "pipe",
        "pipes.amazonaws.com",
        [
            allow(
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                queue_arn("input"),
            ),
            allow(["lambda:InvokeFunction"], f"arn:aws:lambda:{LOCAL}:function:router"),
            allow(["events:PutEvents"], BUS_ARN),
        ],
    )
    cloud.client("pipes").create_pipe(
        Name="route",
        RoleArn=role,
        Source=queue_arn("input"),
        Enrichment=f"arn:aws:lambda:{LOCAL}:function:router",
        Target=BUS_ARN,
        SourceParameters={"SqsQueueParameters": {"BatchSize": 1}},
        TargetParameters={
            "EventBridgeEventBusParameters": {
                "DetailType": "Email Routing Decision",
                "Source": "ses.email.router",
            }
        },
    )

"""The pipeline as Terraform deploys it, small, with stand-in functions."""

import json

from local_cloud import REGION
from local_cloud.connection.aws import Cloud
from local_cloud.deploy.seed import Rule, put_rule
from local_cloud.tests.functions import (
    BUCKET,
    BUS,
    BUS_ARN,
    LOCAL,
    TABLE,
    TOPIC_ARN,
    VISIBILITY,
    allow,
    functions,
    make_function,
    make_role,
    make_table,
    policy,
    queue_arn,
    service_statement,
)


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
    make_table(cloud, TABLE, has_stream=True)
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

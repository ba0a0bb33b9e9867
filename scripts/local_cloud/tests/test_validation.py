"""What AWS refuses and moto accepts is refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import BUCKET, TOPIC_ARN, make_function, queue_arn

Call = tuple[str, str, dict[str, Any]]
REFUSED: dict[str, Call] = {
    "an SSM name with @": (
        "ssm",
        "put_parameter",
        {"Name": "/ses-mail/token/me@gmail.com", "Value": "v", "Type": "SecureString"},
    ),
    "a reserved SSM name": (
        "ssm",
        "put_parameter",
        {"Name": "/aws/token", "Value": "v", "Type": "String"},
    ),
    "an SSM value over 4 KB": (
        "ssm",
        "put_parameter",
        {"Name": "/t", "Value": "v" * 4097, "Type": "String"},
    ),
    "an IAM tag with #": (
        "iam",
        "create_user",
        {"UserName": "u", "Tags": [{"Key": "row", "Value": "USER#u"}]},
    ),
    "an IAM tag with a comma": (
        "iam",
        "create_user",
        {"UserName": "u", "Tags": [{"Key": "row", "Value": "a,b"}]},
    ),
    "an IAM name with a space": ("iam", "create_user", {"UserName": "a b"}),
    "an IAM name of 65 characters": ("iam", "create_user", {"UserName": "u" * 65}),
    "a log group with a space": ("logs", "create_log_group", {"logGroupName": "/aws/a b"}),
    "a function with a dot": (
        "lambda",
        "create_function",
        {
            "FunctionName": "a.b",
            "Role": "arn:aws:iam::123456789012:role/r",
            "Code": {},
            "Runtime": "provided.al2023",
            "Handler": "h",
        },
    ),
    "a rule's name with a slash": (
        "events",
        "put_rule",
        {"Name": "a/b", "EventPattern": '{"source":["x"]}'},
    ),
    "an event over 256 KB": (
        "events",
        "put_events",
        {"Entries": [{"Source": "s", "DetailType": "d", "Detail": '{"a":"' + "x" * 262144 + '"}'}]},
    ),
    "a KMS alias with a space": (
        "kms",
        "create_alias",
        {"AliasName": "alias/a b", "TargetKeyId": "x"},
    ),
}
TAKEN: dict[str, Call] = {
    "an encoded mailbox": (
        "ssm",
        "put_parameter",
        {"Name": "/ses-mail/token/me_40gmail.com", "Value": "v", "Type": "SecureString"},
    ),
    "a plain tag": (
        "iam",
        "create_user",
        {"UserName": "a+b=c,d.e@f_g-h", "Tags": [{"Key": "ses-mail:username", "Value": "a:b"}]},
    ),
    "a queue with tags": ("sqs", "create_queue", {"QueueName": "q_1-x", "tags": {"Env": "té st"}}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(cloud: Cloud, what: str) -> None:
    service, operation, arguments = REFUSED[what]
    with pytest.raises(ClientError) as caught:
        getattr(cloud.client(service), operation)(**arguments)
    assert caught.value.response["Error"]["Code"].startswith(("Validation", "InvalidParameter"))


def test_ses_tests_the_bucket_and_the_topic_of_a_rule(deployed_moto: MotoProcess) -> None:
    moto = deployed_moto.fork()
    try:
        cloud = moto.cloud()
        action = {"BucketName": BUCKET, "TopicArn": TOPIC_ARN}

        def make(**changes: str) -> None:
            cloud.client("ses").create_receipt_rule(
                RuleSetName="rules",
                Rule={"Name": "other", "Actions": [{"S3Action": action | changes}]},
            )

        with pytest.raises(ClientError, match="InvalidS3Configuration"):
            make(BucketName="nobodys")
        with pytest.raises(ClientError, match="InvalidSnsTopic"):
            make(TopicArn=TOPIC_ARN + "x")
        make()
    finally:
        moto.stop()


@pytest.mark.parametrize("what", TAKEN)
def test_taken(cloud: Cloud, what: str) -> None:
    service, operation, arguments = TAKEN[what]
    getattr(cloud.client(service), operation)(**arguments)


@pytest.mark.parametrize(
    ("timeout", "visibility", "is_taken"), [(30, 30, True), (31, 30, False), (120, 720, True)]
)
def test_a_function_must_end_before_its_messages_reappear(
    cloud: Cloud, timeout: int, visibility: int, is_taken: bool
) -> None:
    make_function(cloud, "slow", "echo", [], timeout=timeout)
    cloud.client("sqs").create_queue(
        QueueName="q", Attributes={"VisibilityTimeout": str(visibility)}
    )
    make = cloud.client("lambda").create_event_source_mapping
    if is_taken:
        make(FunctionName="slow", EventSourceArn=queue_arn("q"))
    else:
        with pytest.raises(ClientError, match="less than Function timeout"):
            make(FunctionName="slow", EventSourceArn=queue_arn("q"))

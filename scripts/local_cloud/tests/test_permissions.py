"""A role can do what its policies allow, and nothing beyond."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud import ACCOUNT, REGION
from local_cloud.connection.aws import Cloud
from local_cloud.gate.policy import Request, Verdict, evaluate
from local_cloud.tests.functions import LOCAL, allow, make_role, make_table, policy

ROUTE = {"PK": {"S": "ROUTE#a@b"}, "SK": {"S": "RULE#v1"}}
LEDGER = {"PK": {"S": "MAIL#1"}, "SK": {"S": "GMAIL#a"}}
TABLE = f"arn:aws:dynamodb:{LOCAL}:table/rules"


def denied(call: Callable[..., Any], **arguments: Any) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in ("AccessDenied", "AccessDeniedException"):
            raise
        return True
    return False


def role(cloud: Cloud, *statements: dict[str, Any]) -> Cloud:
    return cloud.assume(
        make_role(cloud, "role", "lambda.amazonaws.com", list(statements)), "session"
    )


@pytest.fixture
def table(cloud: Cloud) -> Any:
    make_table(cloud, "rules")
    return role(
        cloud,
        allow(
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
            TABLE,
            **{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ROUTE#*"]}},
        ),
    ).client("dynamodb")


def test_leading_keys_confine_a_role_to_its_partitions(table: Any) -> None:
    def batch(*keys: Any) -> dict[str, Any]:
        return {"RequestItems": {"rules": {"Keys": list(keys)}}}

    assert not denied(table.batch_get_item, **batch(ROUTE))
    assert denied(table.batch_get_item, **batch(ROUTE, LEDGER))
    assert not denied(table.put_item, TableName="rules", Item=ROUTE)
    assert denied(table.put_item, TableName="rules", Item=LEDGER)
    query = {
        "TableName": "rules",
        "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "PK"},
    }
    assert not denied(table.query, **query, ExpressionAttributeValues={":p": ROUTE["PK"]})
    assert denied(table.query, **query, ExpressionAttributeValues={":p": LEDGER["PK"]})


def test_an_action_or_table_that_is_not_named_is_refused(table: Any) -> None:
    assert denied(table.delete_item, TableName="rules", Key=ROUTE)
    assert denied(table.get_item, TableName="others", Key=ROUTE)
    assert denied(table.list_tables)


def test_a_transaction_needs_the_right_of_each_of_its_items(table: Any) -> None:
    put = {"Put": {"TableName": "rules", "Item": ROUTE}}
    delete = {"Delete": {"TableName": "rules", "Key": {**ROUTE, "SK": {"S": "x"}}}}
    assert not denied(table.transact_write_items, TransactItems=[put])
    assert denied(table.transact_write_items, TransactItems=[put, delete])


def test_composite_alarms_are_shown_only_to_who_may_describe_all(cloud: Cloud) -> None:
    named = allow(["cloudwatch:DescribeAlarms"], f"arn:aws:cloudwatch:{LOCAL}:alarm:*")
    watcher = role(cloud, named).client("cloudwatch")
    assert not denied(watcher.describe_alarms, AlarmTypes=["MetricAlarm"], AlarmNamePrefix="ses-")
    assert denied(watcher.describe_alarms, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert denied(watcher.list_dashboards)


def test_mail_may_be_sent_from_the_named_address_only(cloud: Cloud) -> None:
    cloud.client("ses").verify_domain_identity(Domain="example.com")
    sender = role(
        cloud,
        allow(
            ["ses:SendRawEmail"],
            f"arn:aws:ses:{LOCAL}:identity/example.com",
            StringEquals={"ses:FromAddress": "bounce@example.com"},
        ),
    ).client("sesv2")

    def content(address: str) -> dict[str, Any]:
        return {
            "FromEmailAddress": address,
            "Destination": {"ToAddresses": ["a@b.example"]},
            "Content": {"Raw": {"Data": f"From: {address}\r\n\r\nx".encode()}},
        }

    assert not denied(sender.send_email, **content("bounce@example.com"))
    assert denied(sender.send_email, **content("boss@example.com"))
    assert denied(
        sender.send_email,
        FromEmailAddress="bounce@example.com",
        Destination={"ToAddresses": ["a@b.example"]},
        Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    )


def test_objects_and_listings_are_confined_to_a_prefix(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="mails", CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("emails/1", "other/1"):
        s3.put_object(Bucket="mails", Key=key, Body=b"x")
    reader = role(
        cloud,
        allow(["s3:GetObject"], "arn:aws:s3:::mails/emails/*"),
        allow(["s3:ListBucket"], "arn:aws:s3:::mails", StringLike={"s3:prefix": ["emails/*"]}),
    ).client("s3")
    assert not denied(reader.get_object, Bucket="mails", Key="emails/1")
    assert denied(reader.get_object, Bucket="mails", Key="other/1")
    assert denied(reader.delete_object, Bucket="mails", Key="emails/1")
    assert not denied(reader.list_objects_v2, Bucket="mails", Prefix="emails/x")
    assert denied(reader.list_objects_v2, Bucket="mails")


def test_a_missing_object_is_told_only_to_those_who_may_list(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="mails", CreateBucketConfiguration={"LocationConstraint": REGION})
    reader = role(cloud, allow(["s3:GetObject"], "arn:aws:s3:::mails/*")).client("s3")
    assert denied(reader.get_object, Bucket="mails", Key="gone")
    cloud.client("iam").put_role_policy(
        RoleName="role",
        PolicyName="list",
        PolicyDocument=policy(
            allow(
                ["s3:ListBucket"],
                "arn:aws:s3:::mails",
                StringLikeIfExists={"s3:prefix": ["emails/*"]},
            )
        ),
    )
    with pytest.raises(ClientError, match="NoSuchKey"):
        reader.get_object(Bucket="mails", Key="gone")


def test_an_encrypted_parameter_needs_its_key_too(cloud: Cloud) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    cloud.client("ssm").put_parameter(Name="/t/token", Value="v", Type="SecureString", KeyId=key)
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/t/token"
    read = allow(["ssm:GetParameter"], arn)
    without = role(cloud, read).client("ssm")
    assert denied(without.get_parameter, Name="/t/token", WithDecryption=True)
    cloud.client("iam").put_role_policy(
        RoleName="role",
        PolicyName="key",
        PolicyDocument=(
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt",'
            f'"Resource":"{key}"}}]}}'
        ),
    )
    assert not denied(without.get_parameter, Name="/t/token", WithDecryption=True)


def statement(effect: str, **rest: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": "a:*", "Resource": "*", **rest}]}


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": ["v"]}, True),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringEqualsIfExists": {"k": "v"}}, {}, True),
        ({"StringNotEquals": {"k": "v"}}, {}, True),
        ({"StringNotEquals": {"k": ["v", "w"]}}, {"k": ["w"]}, False),
        ({"StringLike": {"K": "v*"}}, {"k": ["vv"]}, True),
        ({"StringLike": {"k": "V*"}}, {"k": ["vv"]}, False),
        ({"ForAllValues:StringLike": {"k": "v*"}}, {"k": ["v1", "w1"]}, False),
        ({"ForAllValues:StringLike": {"k": "v*"}}, {}, True),
        ({"ForAnyValue:StringLike": {"k": "v*"}}, {"k": ["v1", "w1"]}, True),
        ({"ForAnyValue:StringLike": {"k": "v*"}}, {}, False),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Bool": {"k": "false"}}, {"k": ["true"]}, False),
        ({"NumericLessThan": {"k": "5"}}, {"k": ["4"]}, True),
        ({"ArnLike": {"k": "arn:aws:sns:*:1:t"}}, {"k": ["arn:aws:sns:r:1:t"]}, True),
    ],
)
def test_conditions(condition: Any, context: Any, expected: bool) -> None:
    verdict = evaluate([statement("Allow", Condition=condition)], Request("a:B", "r", context))
    assert (verdict is Verdict.ALLOW) is expected


def test_a_deny_wins_over_every_allow() -> None:
    documents = [statement("Allow"), statement("Deny", Action="a:Delete*")]
    assert evaluate(documents, Request("a:DeleteIt", "r")) is Verdict.EXPLICIT_DENY
    assert evaluate(documents, Request("a:Get", "r")) is Verdict.ALLOW
    assert evaluate(documents, Request("b:Get", "r")) is Verdict.IMPLICIT_DENY

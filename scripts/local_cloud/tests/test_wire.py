"""A request is read as its service's model describes it; anything beyond the model is refused."""

import json
from typing import Any

import pytest

from local_cloud import REGION
from local_cloud.gate import validation
from local_cloud.gate.api_call import ApiCall, understand
from local_cloud.gate.raw_request import RawRequest

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def read(service: str, target: str, body: Any = b"", **headers: str) -> ApiCall:
    """`target` is `GET /path?query`, or the operation of a service that has one address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    method, path = target.split(" ") if " " in target else ("POST", "/")
    if " " not in target and "content-type" not in named:
        named["x-amz-target"] = f"Any.{target}"
    named["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=K/20250118/{REGION}/{service}/aws4_request"
    )
    path, _, query = path.partition("?")
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return understand(RawRequest(method, path, query, named, raw))


@pytest.mark.parametrize(
    ("service", "target", "headers", "operation"),
    [
        ("s3", "GET /", {}, "ListBuckets"),
        ("s3", "GET /b/k", {}, "GetObject"),
        ("s3", "HEAD /b/k", {}, "HeadObject"),
        ("s3", "HEAD /b", {}, "HeadBucket"),
        ("s3", "GET /b/?list-type=2&prefix=a%2F", {}, "ListObjectsV2"),
        ("s3", "GET /b?prefix=a", {}, "ListObjects"),
        ("s3", "GET /b?versioning=", {}, "GetBucketVersioning"),
        ("s3", "GET /b?versions", {}, "ListObjectVersions"),
        ("s3", "PUT /b/k", {}, "PutObject"),
        ("s3", "PUT /b/k?partNumber=1&uploadId=u", {}, "UploadPart"),
        ("s3", "PUT /b/k", {"x_amz_copy_source": "b/l"}, "CopyObject"),
        ("s3", "GET /b/k?tagging", {}, "GetObjectTagging"),
        ("s3", "GET /b?lifecycle", {}, "GetBucketLifecycleConfiguration"),
        ("lambda", "GET /2015-03-31/functions/f/configuration", {}, "GetFunctionConfiguration"),
        ("ses", "GET /v2/email/account", {}, "GetAccount"),
        ("pipes", "GET /v1/pipes/p", {}, "DescribePipe"),
        ("pipes", "GET /v1/nothing/p/q", {}, ""),
        ("sqs", "ReceiveMessages", {}, ""),
    ],
)
def test_the_operation(service: str, target: str, headers: dict[str, str], operation: str) -> None:
    assert read(service, target, **headers).operation == operation


@pytest.mark.parametrize(
    ("service", "target", "body", "parameters"),
    [
        ("s3", "GET /b/a%20b/c%2Bd", b"", {"Bucket": "b", "Key": "a b/c+d"}),
        ("s3", "GET /b?list-type=2&max-keys=2", b"", {"Bucket": "b", "MaxKeys": 2}),
        ("s3", "PUT /b/k", b"\xff\r\n", {"Bucket": "b", "Key": "k", "Body": b"\xff\r\n"}),
        ("s3", "PUT /b?policy", b"{}", {"Bucket": "b", "Policy": "{}"}),
        (
            "lambda",
            "POST /2015-03-31/functions/f%3A1/invocations",
            b"[1]",
            {"FunctionName": "f:1", "Payload": b"[1]"},
        ),
        (
            "ses",
            "GET /v2/email/identities/example.com",
            b"",
            {"EmailIdentity": "example.com"},
        ),
    ],
)
def test_the_parameters(service: str, target: str, body: Any, parameters: dict[str, Any]) -> None:
    assert parameters.items() <= read(service, target, body).parameters.items()


def test_a_member_that_is_null_is_not_there() -> None:
    call = read("sqs", "ReceiveMessage", {"QueueUrl": "q", "WaitTimeSeconds": None})
    assert call.parameters == {"QueueUrl": "q"}


def test_a_form_is_read_with_its_lists_and_numbers() -> None:
    form = (
        b"Action=CreateUser&Version=2010-05-08&UserName=u&Tags.member.1.Key=a&Tags.member.1.Value="
    )
    call = read("iam", "POST /", form, **{"content-type": FORM["content-type"]})
    assert call.operation == "CreateUser"
    assert call.parameters == {"UserName": "u", "Tags": [{"Key": "a", "Value": ""}]}
    assert validation.problem(call) is None


def problem(call: ApiCall) -> str:
    found = validation.problem(call)
    return f"{found.code}: {found.message}" if found else ""


ALARMS = {"StartTime": 1, "EndTime": 2}
LOCATION = "<B><{0}>x</{0}></B>"


@pytest.mark.parametrize(
    ("service", "target", "body", "words"),
    [
        ("sqs", "ReceiveMessage", {"QueueUrl": "q", "MaxNumberOfMesages": 1}, "MaxNumberOfMesages"),
        ("sqs", "ReceiveMessage", {"QueueUrl": "q", "MaxNumberOfMessages": "1"}, "Invalid type"),
        ("sqs", "ReceiveMessage", {"QueueUrl": "q", "WaitTimeSeconds": True}, "Invalid type"),
        ("sqs", "ReceiveMessage", {}, 'Missing required parameter in input: "QueueUrl"'),
        ("sqs", "ReceiveMessages", {}, "UnknownOperationException"),
        ("sqs", "ReceiveMessage", b"{", "SerializationException"),
        ("sqs", "ReceiveMessage", b"[]", "SerializationException"),
        ("dynamodb", "GetItem", {"TableName": "tab", "Key": {"PK": {"X": "v"}}}, '"X"'),
        ("dynamodb", "Query", {"TableName": 5}, "Invalid type"),
        ("logs", "FilterLogEvents", {"logGroupName": "g", "startTime": "5"}, "Invalid type"),
        ("logs", "FilterLogEvents", {"logGroup": "g"}, '"logGroup"'),
        ("kms", "Decrypt", {"CiphertextBlob": "%"}, "base64"),
        ("ssm", "GetParameter", {"Name": "/a", "Decrypted": True}, '"Decrypted"'),
        ("monitoring", "DescribeAlarms", {"NamePrefix": "a"}, '"NamePrefix"'),
        ("monitoring", "GetMetricData", {"MetricDataQueries": []} | ALARMS, ""),
        (
            "monitoring",
            "GetMetricData",
            {"MetricDataQueries": [], "StartTime": "2025-01-18", "EndTime": 2},
            "Invalid type",
        ),
        ("acm", "ListCertificates", {"MaxItem": 1}, '"MaxItem"'),
        ("events", "PutEvents", {"Entries": [{"Bus": "b"}]}, '"Bus"'),
        ("xray", "POST /TraceSummaries", ALARMS, ""),
        ("xray", "POST /TraceSummaries", ALARMS | {"Filter": "x"}, '"Filter"'),
        ("resource-groups", "POST /get-account-settings", {"A": 1}, '"A"'),
        ("lambda", "GET /2015-03-31/event-source-mappings/?Function=f", b"", '"Function"'),
        ("s3", "GET /b?list-type=2&max-key=1", b"", '"max-key"'),
        ("s3", "GET /b?list-type=2&max-keys=x", b"", "SerializationException"),
        ("s3", "PUT /b", LOCATION.format("LocationConstraint").encode(), "enum value set"),
        ("s3", "PUT /b", LOCATION.format("Locaton").encode(), '"Locaton"'),
        ("s3", "PUT /b", b"<C>", "SerializationException"),
    ],
)
def test_what_the_model_does_not_have_is_refused(
    service: str, target: str, body: Any, words: str
) -> None:
    found = problem(read(service, target, body))
    assert words in found
    assert bool(words) == bool(found)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (b"Action=GetUser&UserNmae=u", '"UserNmae"'),
        (b"Action=ListUsers&MaxItems=ten", "SerializationException"),
        (b"Action=ListUsers&MaxItems=10&Tags.member.1.Key=a", "Tags.member.1.Key"),
        (b"Action=ListUser", "UnknownOperationException"),
    ],
)
def test_what_a_form_says_too_much_is_refused(form: bytes, words: str) -> None:
    assert words in problem(read("iam", "POST /", form, **{"content-type": FORM["content-type"]}))


@pytest.mark.parametrize(
    ("operation", "length"),
    [("CreatePolicy", 6_144), ("PutRolePolicy", 10_240), ("PutUserPolicy", 2_048)],
)
def test_a_policy_has_a_longest_length(operation: str, length: int) -> None:
    def call(size: int) -> ApiCall:
        names = {"PolicyName": "p", "RoleName": "r", "UserName": "u"}
        kinds = {"CreatePolicy": "", "PutRolePolicy": "RoleName", "PutUserPolicy": "UserName"}
        wanted = {name: names[name] for name in ("PolicyName", kinds[operation]) if name}
        document = '{"a": "' + "x" * (size - 8) + '"}'
        return ApiCall(
            "iam", operation, REGION, "query", wanted | {"PolicyDocument": f" {document} "}
        )

    assert problem(call(length)) == ""
    assert problem(call(length + 1)).startswith("LimitExceeded")

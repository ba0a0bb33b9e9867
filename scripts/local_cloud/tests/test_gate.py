"""The gate lets in what botocore signs, and nothing that was changed on the way."""

from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from botocore.exceptions import ClientError

from local_cloud import REGION
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import allow, make_role

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("list_tables", {}),
    "dynamodbstreams": ("list_streams", {}),
    "sqs": ("list_queues", {}),
    "sns": ("list_topics", {}),
    "ssm": ("describe_parameters", {}),
    "kms": ("list_keys", {}),
    "iam": ("list_users", {}),
    "sts": ("get_caller_identity", {}),
    "ses": ("list_identities", {}),
    "sesv2": ("list_email_identities", {}),
    "s3": ("list_buckets", {}),
    "lambda": ("list_functions", {}),
    "pipes": ("list_pipes", {}),
    "events": ("list_event_buses", {}),
    "logs": ("describe_log_groups", {}),
    "cloudwatch": ("describe_alarms", {}),
    "resource-groups": ("list_groups", {}),
    "xray": ("get_trace_summaries", {"StartTime": 0, "EndTime": 1}),
}
UNKNOWN_KEY = {
    "s3": "InvalidAccessKeyId",
    "iam": "InvalidClientTokenId",
    "sns": "InvalidClientTokenId",
    "dynamodb": "UnrecognizedClientException",
    "lambda": "UnrecognizedClientException",
    "ssm": "UnrecognizedClientException",
}
WRONG_SECRET = {
    "s3": "SignatureDoesNotMatch",
    "iam": "SignatureDoesNotMatch",
    "sns": "SignatureDoesNotMatch",
    "dynamodb": "InvalidSignatureException",
    "lambda": "InvalidSignatureException",
    "ssm": "InvalidSignatureException",
}


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    code: str = caught.value.response["Error"]["Code"]
    return code


@pytest.mark.parametrize("service", CALLS)
def test_what_botocore_signs_is_accepted(base_moto: MotoProcess, service: str) -> None:
    operation, arguments = CALLS[service]
    getattr(base_moto.cloud().client(service), operation)(**arguments)


@pytest.mark.parametrize("service", UNKNOWN_KEY)
def test_an_unknown_key_is_refused_in_the_services_own_words(
    base_moto: MotoProcess, service: str
) -> None:
    client = base_moto.cloud(Credentials("AKIAUNKNOWN", "x")).client(service)
    assert code_of(getattr(client, CALLS[service][0])) == UNKNOWN_KEY[service]


@pytest.mark.parametrize("service", WRONG_SECRET)
def test_a_wrong_secret_is_refused_in_the_services_own_words(
    base_moto: MotoProcess, service: str
) -> None:
    client = base_moto.cloud(Credentials("testing", "wrong")).client(service)
    assert code_of(getattr(client, CALLS[service][0])) == WRONG_SECRET[service]


def test_an_object_with_an_awkward_key_is_signed_alike_on_both_sides(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="awkward", CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("a b+cé~d@e", "x//f/../g", "50%=&?"):
        s3.put_object(Bucket="awkward", Key=key, Body=key.encode())
        assert s3.get_object(Bucket="awkward", Key=key)["Body"].read() == key.encode()


def signed(
    moto: MotoProcess, service: str, path: str, body: bytes, headers: dict[str, str]
) -> AWSRequest:
    request = AWSRequest("POST" if service != "s3" else "PUT", moto.endpoint + path, headers, body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(BotoCredentials("testing", "testing"), service, REGION).add_auth(request)
    return request


def status_of(
    moto: MotoProcess, request: AWSRequest, body: bytes, **changes: str
) -> tuple[int, str]:
    headers = dict(request.headers.items()) | {k.replace("_", "-"): v for k, v in changes.items()}
    try:
        asked = Request(request.url, body, headers, method=request.method)
        with urlopen(asked, context=moto.authority.client_context()) as response:
            return response.status, ""
    except HTTPError as error:
        return error.code, error.read().decode()


TARGET = {
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    "Content-Type": "application/x-amz-json-1.0",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"X_Amz_Target": "DynamoDB_20120810.DeleteTable"}, "InvalidSignatureException"),
        ({"X_Amz_Extra": "unsigned"}, "InvalidSignatureException"),
        ({"X_Amz_Date": "20150830T123600Z"}, "InvalidSignatureException"),
        ({"X_Amz_Security_Token": "made-up"}, "UnrecognizedClientException"),
        ({"Authorization": ""}, "MissingAuthenticationTokenException"),
        ({"Authorization": "AWS4-HMAC-SHA256 nothing"}, "IncompleteSignatureException"),
    ],
)
def test_a_changed_request_is_refused(
    base_moto: MotoProcess, change: dict[str, str], expected: str
) -> None:
    request = signed(base_moto, "dynamodb", "/", b"{}", TARGET)
    status, text = status_of(base_moto, request, b"{}", **change)
    assert (status == 200) is (expected == "") and expected in text


def test_a_changed_body_is_refused(base_moto: MotoProcess) -> None:
    request = signed(base_moto, "dynamodb", "/", b"{}", TARGET)
    assert status_of(base_moto, request, b'{"Limit":1}')[0] == 400


def test_s3_refuses_a_body_with_another_hash(base_moto: MotoProcess) -> None:
    request = signed(base_moto, "s3", "/bucket/key", b"one", {})
    status, text = status_of(base_moto, request, b"two")
    assert status == 400 and "XAmzContentSHA256Mismatch" in text


def test_a_session_needs_its_own_token(cloud: Cloud) -> None:
    role = make_role(cloud, "role", "lambda.amazonaws.com", [allow(["dynamodb:*"], "*")])
    session = cloud.assume(role, "session")
    session.client("dynamodb").list_tables()
    for token in (None, "another"):
        changed = Credentials(
            session.credentials.access_key_id, session.credentials.secret_access_key, token
        )
        client = cloud.called_with(changed).client("dynamodb")
        assert code_of(client.list_tables) == "UnrecognizedClientException"


def test_an_inactive_key_is_refused(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="someone")
    key = iam.create_access_key(UserName="someone")["AccessKey"]
    user = cloud.called_with(Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    assert code_of(user.client("dynamodb").list_tables) == "AccessDeniedException"
    iam.update_access_key(UserName="someone", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert code_of(user.client("dynamodb").list_tables) == "UnrecognizedClientException"

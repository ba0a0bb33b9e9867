"""Does the gate remember which grants of a role were used, and does the demo judge them?"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.aws import Cloud
from local_cloud.demo.grants import problems
from local_cloud.moto_process import MotoProcess
from local_cloud.tests.functions import LOCAL, allow, make_role

BUCKET = "arn:aws:s3:::mail"
TAKE = allow(["s3:GetObject", "s3:DeleteObject"], f"{BUCKET}/*") | {"Sid": "Take"}
SEE = allow(["s3:ListBucket"], BUCKET) | {"Sid": "See"}
OTHER = allow(["sqs:SendMessage"], f"arn:aws:sqs:{LOCAL}:other") | {"Sid": "Put"}


def calls(moto: MotoProcess) -> dict[tuple[str, str], int]:
    granted = moto.ask("grants")
    assert {each["role"] for each in granted} == {"taker-test"}
    return {(each["statement"], each["action"]): each["calls"] for each in granted}


def test_an_allowed_call_uses_what_allows_it(moto: MotoProcess, cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(
        Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"}
    )
    cloud.client("s3").put_object(Bucket="mail", Key="one", Body=b"1")
    role = make_role(cloud, "taker-test", "lambda.amazonaws.com", [TAKE, SEE, OTHER])
    s3 = cloud.assume(role, "session").client("s3")
    nothing = {
        ("Take", "s3:GetObject"): 0,
        ("Take", "s3:DeleteObject"): 0,
        ("See", "s3:ListBucket"): 0,
        ("Put", "sqs:SendMessage"): 0,
    }
    assert calls(moto) == nothing
    s3.get_object(Bucket="mail", Key="one")
    assert calls(moto) == nothing | {("Take", "s3:GetObject"): 1}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="mail", Key="two", Body=b"2")
    assert calls(moto) == nothing | {("Take", "s3:GetObject"): 1}
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="mail", Key="two")
    assert calls(moto) == nothing | {("Take", "s3:GetObject"): 2, ("See", "s3:ListBucket"): 1}


def grant(action: str, count: int) -> dict[str, Any]:
    return {"role": "taker-local", "statement": "Take", "action": action, "calls": count}


def test_what_is_not_used_needs_a_reason() -> None:
    granted = [grant("s3:GetObject", 3), grant("s3:DeleteObject", 0)]
    assert problems(granted, {}) == [
        "taker: s3:DeleteObject (Take) was not used, and demo/grants.py does not say why"
    ]
    assert problems(granted, {("taker", "Take", "s3:DeleteObject"): "rare"}) == []


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject"])
def test_a_reason_goes_when_it_no_longer_holds(action: str) -> None:
    granted = [grant("s3:GetObject", 3)]
    assert problems(granted, {("taker", "Take", action): "rare"}) == [
        f"taker: {action} (Take) is used or not granted; demo/grants.py need not explain it"
    ]

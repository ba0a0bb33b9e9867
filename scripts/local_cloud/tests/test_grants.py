"""The gate remembers what was used of every policy, and Terraform's comments judge that."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.rights import reasons
from local_cloud.rights.calls import Calls
from local_cloud.rights.grants import problems
from local_cloud.rights.reasons import Policies
from local_cloud.tests.functions import LOCAL, allow, make_role, policy, service_statement

BUCKET = "arn:aws:s3:::mail"
TAKE = allow(["s3:GetObject", "s3:DeleteObject"], f"{BUCKET}/*") | {"Sid": "Take"}
SEE = allow(["s3:ListBucket"], BUCKET) | {"Sid": "See"}
OTHER = allow(["sqs:SendMessage"], f"arn:aws:sqs:{LOCAL}:other") | {"Sid": "Put"}


def calls(moto: MotoProcess, owner: str) -> dict[tuple[str, str], int]:
    granted = [each for each in moto.ask("grants") if each["owner"] == owner]
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
    assert calls(moto, "taker-test") == nothing
    s3.get_object(Bucket="mail", Key="one")
    assert calls(moto, "taker-test") == nothing | {("Take", "s3:GetObject"): 1}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="mail", Key="two", Body=b"2")
    assert calls(moto, "taker-test") == nothing | {("Take", "s3:GetObject"): 1}
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="mail", Key="two")
    assert calls(moto, "taker-test") == nothing | {
        ("Take", "s3:GetObject"): 2,
        ("See", "s3:ListBucket"): 1,
    }


def test_a_deleted_version_is_missing_too(moto: MotoProcess, cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"}
    )
    s3.put_bucket_versioning(Bucket="mail", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="mail", Key="one", Body=b"1")
    s3.delete_object(Bucket="mail", Key="one")
    role = make_role(cloud, "taker-test", "lambda.amazonaws.com", [TAKE])
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.assume(role, "session").client("s3").get_object(Bucket="mail", Key="one")


def test_a_resources_own_policy_is_used_by_a_service(moto: MotoProcess, cloud: Cloud) -> None:
    topic = cloud.client("sns").create_topic(Name="t")["TopicArn"]
    arn = f"arn:aws:sqs:{LOCAL}:in"
    statement = service_statement("sns.amazonaws.com", "sqs:SendMessage", arn, topic)
    denial = {"Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": "sqs:*"}
    cloud.client("sqs").create_queue(
        QueueName="in", Attributes={"Policy": policy(statement | {"Sid": "Sends"}, denial)}
    )
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    assert calls(moto, "queue in") == {("Sends", "sqs:SendMessage"): 0}
    assert not moto.admits("queue in", "sqs:SendMessage", arn, service="events.amazonaws.com")


def test_the_record_merges_a_world_and_its_copies(tmp_path: Path) -> None:
    moto = MotoProcess.start(tmp_path, 0, 1.0)
    try:
        cloud = moto.cloud()
        make_role(cloud, "one", "lambda.amazonaws.com", [TAKE])
        make_role(cloud, "two", "pipes.amazonaws.com", [TAKE])
        copy = moto.fork()
        assert copy.is_trusted("arn:aws:iam::1:role/one", "lambda.amazonaws.com", {})
        assert moto.is_trusted("arn:aws:iam::1:role/two", "pipes.amazonaws.com", {})
        copy.ask("deliberate", {"test": "a test of refusals"})
        assert not copy.is_trusted("arn:aws:iam::1:role/one", "pipes.amazonaws.com", {})
        assert not moto.is_trusted("arn:aws:iam::1:role/none", "pipes.amazonaws.com", {})
        copy.stop()
    finally:
        moto.stop()
    found = Calls.read(tmp_path)
    assert {owner for owner, _, _ in found.used} == {"trust of one", "trust of two"}
    assert found.refused == ("pipes.amazonaws.com: sts:AssumeRole on arn:aws:iam::1:role/none",)
    assert found.deliberate == {"a test of refusals"}


def granted(action: str, count: int, owner: str = "taker") -> dict[str, Any]:
    return {"owner": owner, "statement": "Take", "action": action, "calls": count}


def stating(actions: list[str], **why: str) -> Policies:
    reasons = {("Take", f"s3:{action}"): reason for action, reason in why.items()}
    return Policies({"Take": actions}, reasons)


BOTH = ["s3:GetObject", "s3:DeleteObject"]


def test_what_is_not_used_needs_a_reason() -> None:
    found = [granted("s3:GetObject", 3), granted("s3:DeleteObject", 0)]
    assert problems(found, stating(BOTH)) == [
        "taker: s3:DeleteObject (Take) was not used, and no comment beside it says why it is "
        "granted"
    ]
    assert problems(found, stating(BOTH, DeleteObject="rare")) == []
    assert problems(found, stating(BOTH), [("taker", "Take", "s3:DeleteObject")]) == []


@pytest.mark.parametrize("action", ["GetObject", "PutObject"])
def test_a_reason_goes_when_it_no_longer_holds(action: str) -> None:
    found = problems([granted("s3:GetObject", 3)], stating(BOTH, **{action: "rare"}))
    assert found == [f"s3:{action} (Take) is used or not granted: remove the comment beside it"]


def test_a_reason_holds_while_one_owner_leaves_the_action_unused() -> None:
    found = [granted("s3:GetObject", 3), granted("s3:GetObject", 0, "other")]
    assert problems(found, stating(BOTH, GetObject="rare")) == []


def test_what_terraform_does_not_say_is_told() -> None:
    assert problems([granted("s3:*", 3)], stating(BOTH)) == [
        "taker: s3:* (Take) is not one of Terraform's statements"
    ]


DOCUMENT = """
data "aws_iam_policy_document" "one" {
  statement {
    sid = "Some"
    actions = [
      "s3:GetObject",
      "s3:PutObject", # Unused in tests: nobody writes
      # Unused in tests: what is kept
      # is kept
      "s3:DeleteObject",
      "s3:ListBucket",
    ]
  }

  dynamic "statement" {
    for_each = [1]

    content {
      # Unused in tests: it is
      # a long story
      sid     = "All"
      actions = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    }
  }

  statement {
    sid     = "Never"
    effect  = "Deny"
    actions = ["s3:*"]
  }
}
"""


def test_reasons_are_read_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "one.tf").write_text(DOCUMENT)
    found = reasons.read(tmp_path.glob("*.tf"))
    assert found.problems == []
    assert found.reasons == {
        ("Some", "s3:PutObject"): "nobody writes",
        ("Some", "s3:DeleteObject"): "what is kept is kept",
        ("All", "sqs:SendMessage"): "it is a long story",
        ("All", "sqs:ReceiveMessage"): "it is a long story",
    }
    assert set(found.actions) == {"Some", "All"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('sid     = "All"', 'sid     = "Some"'), "two statements are called Some"),
        (("nobody writes", ""), "no reason is given beside s3:PutObject (Some)"),
        (('sid = "Some"', ""), "one.tf has a statement without sid"),
        (("  statement {\n    sid = ", "  # Unused in tests: x\n  statement {\n    sid = "), "x"),
    ],
)
def test_a_reason_out_of_place_is_told(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    assert DOCUMENT.count(change[0]) == 1
    (tmp_path / "one.tf").write_text(DOCUMENT.replace(*change))
    assert any(problem in each for each in reasons.read(tmp_path.glob("*.tf")).problems)

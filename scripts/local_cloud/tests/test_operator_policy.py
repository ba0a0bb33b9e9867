"""The operator may do what Terraform's policy allows, and the manual names all of it."""

import json
import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local_cloud import OPERATOR_KEY, OPERATOR_SECRET, REGION, ROOT
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.process.moto_process import MotoProcess
from local_cloud.rights import operator_policy, reasons
from local_cloud.rights.reasons import ACCOUNT, MODULE
from local_cloud.tests.functions import allow, policy

ARN = "arn:aws:s3:::mail"
DOCUMENT = policy(
    allow(["s3:GetObject", "s3:DeleteObject"], f"{ARN}/emails/*") | {"Sid": "ReadMail"},
    allow(["s3:GetBucketVersioning"], ARN) | {"Sid": "SeeBucket"},
)
SECTION = re.compile(r"\n## What an operator may do\n(.*?)\n## ", re.DOTALL)
KEY = Credentials(OPERATOR_KEY, OPERATOR_SECRET)


def test_the_operator_may_do_what_its_policy_says_and_nothing_else(
    cloud: Cloud, tmp_path: Path
) -> None:
    make_bucket(cloud)
    operator_policy.admit(cloud, DOCUMENT, tmp_path)
    s3 = cloud.called_with(KEY).client("s3")
    assert s3.get_object(Bucket="mail", Key="emails/one")["Body"].read() == b"1"
    with pytest.raises(ClientError, match=r"assumed-role/operator/.*perform: s3:PutObject on"):
        s3.put_object(Bucket="mail", Key="emails/two", Body=b"2")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket="mail", Key="other")


def test_before_it_has_a_policy_the_operators_key_is_unknown(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        cloud.called_with(KEY).client("s3").list_buckets()


def test_what_was_refused_and_what_was_not_needed_are_problems(tmp_path: Path) -> None:
    moto = MotoProcess.start(tmp_path, 0, 1.0)
    try:
        cloud = moto.cloud()
        make_bucket(cloud)
        operator_policy.admit(cloud, DOCUMENT, tmp_path)
        s3 = moto.cloud(KEY).client("s3")
        s3.get_object(Bucket="mail", Key="emails/one")
        s3.get_bucket_versioning(Bucket="mail")
        with pytest.raises(ClientError):
            s3.delete_bucket(Bucket="mail")
    finally:
        moto.stop()
    found = operator_policy.problems(tmp_path)
    assert "perform: s3:DeleteBucket on resource: arn:aws:s3:::mail because" in found[0]
    unneeded = "was not used, and no comment beside it says why it is granted"
    assert [each for each in found if unneeded in each] == [
        f"operator: s3:DeleteObject (ReadMail) {unneeded}"
    ]


def make_bucket(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="mail", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="mail", Key="emails/one", Body=b"1")


def test_the_manual_names_every_statement_and_no_action() -> None:
    found = SECTION.search((ROOT / "OPERATIONS.md").read_text())
    assert found is not None
    text = found.group(1)
    named = set(re.findall(r"`([A-Z]\w+)`", text))
    own = set(reasons.read([operator_policy.SOURCE]).actions)
    assert len(own) > 15
    assert own <= named
    assert named - own <= set(reasons.read([MODULE / "smtp.tf"]).actions)
    assert re.findall(r"`[a-z0-9-]+:[A-Z]\w*`", text) == []


def test_no_statement_is_about_every_resource_without_a_reason() -> None:
    paths = [*MODULE.glob("*.tf"), *ACCOUNT.glob("*.tf")]
    lines = [line for path in paths for line in path.read_text().splitlines()]
    wide = [line for line in lines if re.search(r'resources\s*=\s*\["\*"\]', line)]
    assert len(wide) > 3
    assert [line for line in wide if "#" not in line] == []


def test_the_work_folder_keeps_the_policy_for_the_judge(cloud: Cloud, tmp_path: Path) -> None:
    operator_policy.admit(cloud, DOCUMENT, tmp_path)
    kept = json.loads((tmp_path / operator_policy.DOCUMENT).read_text())
    assert kept == json.loads(DOCUMENT)

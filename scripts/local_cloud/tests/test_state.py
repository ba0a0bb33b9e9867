"""`make init` keeps the state safe, and an apply keeps the tfvars beside it.

The scripts run as they are, in a copy of the checkout, with the real `aws` and the real Terraform;
the environment in the copy has its own backend block, and one resource that costs nothing.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, REGION
from local_cloud.connection.aws import Cloud
from local_cloud.tests.conftest import Run, Start

BUCKET = f"terraform-state-{ACCOUNT}"


def is_safe(s3: Any) -> bool:
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    closed = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    return (
        s3.get_bucket_versioning(Bucket=BUCKET).get("Status") == "Enabled"
        and rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        and len(closed) == 4
        and all(closed.values())
    )


@pytest.mark.parametrize("region", [REGION, "us-east-1"])
def test_the_bucket_has_versions_is_encrypted_and_closed(
    run: Run, cloud: Cloud, region: str
) -> None:
    assert run("state-bucket.sh", AWS_REGION=region).strip() == BUCKET
    s3 = cloud.client("s3")
    assert is_safe(s3)
    assert (s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] or "us-east-1") == region


def test_a_first_run_that_was_cut_short_is_completed(run: Run, cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    making = {"TagSet": [{"Key": "ses-mail", "Value": "making"}]}
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging=making)
    s3.put_object(Bucket=BUCKET, Key="kept", Body=b"x")
    run("state-bucket.sh")
    assert is_safe(s3)
    assert s3.get_object(Bucket=BUCKET, Key="kept")["Body"].read() == b"x"
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    run("state-bucket.sh")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Suspended"


def test_a_bucket_that_was_there_is_left_as_it_is(run: Run, cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert run("state-bucket.sh").strip() == BUCKET
    found = run("state-bucket.sh", "region", AWS_REGION="eu-west-1").split()
    assert found == [BUCKET, REGION]
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)


def test_state_and_tfvars_lie_beside_each_other(run: Run, cloud: Cloud, checkout: Path) -> None:
    folder = checkout / "terraform" / "environments" / "test"
    (folder / "owner.auto.tfvars").write_text("# The owner's.\n")
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    run("terraform.sh", "test", "plan")
    run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", "apply")
    s3 = cloud.client("s3")
    assert is_safe(s3)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    names = ["owner.auto.tfvars", "terraform.tfstate", "terraform.tfvars"]
    assert keys == [f"ses-mail/test/{name}" for name in names]
    for name in names[::2]:
        stored = s3.get_object(Bucket=BUCKET, Key=f"ses-mail/test/{name}")["Body"].read()
        assert stored == (folder / name).read_bytes()
    assert b"terraform_data" in s3.get_object(Bucket=BUCKET, Key=keys[1])["Body"].read()
    assert not list(folder.glob("*.tfstate*"))  # none on the machine
    run("terraform.sh", "test", "destroy", YES="1")
    assert b"terraform_data" not in s3.get_object(Bucket=BUCKET, Key=keys[1])["Body"].read()


class Stranger(BaseHTTPRequestHandler):
    """AWS, where the bucket's name is taken."""

    seen: list[str]

    def do_POST(self) -> None:
        self.answer(
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
            f"<Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        )

    def do_HEAD(self) -> None:
        self.seen.append(f"HEAD {self.path} {self.headers['x-amz-expected-bucket-owner']}")
        self.answer(403, "")

    def do_PUT(self) -> None:
        self.seen.append(f"PUT {self.path}")
        self.answer(200, "")

    def answer(self, status: int, text: str) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[ThreadingHTTPServer]:
    Stranger.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_another_accounts_bucket_is_left_alone(start: Start, stranger: ThreadingHTTPServer) -> None:
    endpoint = f"http://127.0.0.1:{stranger.server_port}"
    done = start("state-bucket.sh", AWS_ENDPOINT_URL=endpoint)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == (
        f"bucket {BUCKET} is another account's, or you lack s3:ListBucket on it: ask whoever "
        f"administers account {ACCOUNT}\n"
    )
    assert Stranger.seen == [f"HEAD /{BUCKET} {ACCOUNT}"]

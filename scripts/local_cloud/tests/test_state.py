"""`make init` keeps the state safe, and an apply keeps the tfvars beside it.

The scripts run as they are, in a copy of the checkout, with the real `aws` and the real Terraform;
the environment in the copy has its own backend block, and one resource that costs nothing.
"""

import json
import os
import pty
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, REGION
from local_cloud.connection.aws import Cloud
from local_cloud.tests.conftest import Run, Start

BUCKET = f"terraform-state-{ACCOUNT}"
SAVING = {"apply": "plan", "destroy": "plan-destroy"}


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
    assert run("state-bucket.sh", "region", AWS_REGION="eu-west-1").strip() == REGION
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert "Status" not in s3.get_bucket_versioning(Bucket=BUCKET)


def test_state_and_tfvars_lie_beside_each_other(run: Run, cloud: Cloud, checkout: Path) -> None:
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    run("terraform.sh", "test", "plan")
    run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", "apply")
    s3 = cloud.client("s3")
    assert is_safe(s3)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == ["ses-mail/test/terraform.tfstate", "ses-mail/test/terraform.tfvars"]
    stored = s3.get_object(Bucket=BUCKET, Key=keys[1])["Body"].read()
    folder = checkout / "terraform" / "environments" / "test"
    assert stored == (folder / "terraform.tfvars").read_bytes()
    assert b"terraform_data" in s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read()
    assert not list(folder.glob("*.tfstate*"))  # none on the machine
    run("terraform.sh", "test", "destroy", YES="1")
    assert b"terraform_data" not in s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read()


def test_plain_terraform_tells_the_outputs_in_the_folder(
    run: Run, checkout: Path, asking: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    run("terraform.sh", "test", "apply", YES="1")
    monkeypatch.delenv("TF_DATA_DIR", raising=False)
    folder = checkout / "terraform" / "environments" / "test"
    done = subprocess.run(
        ["terraform", "output", "-json", "spf_record"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["testmail.example.com"]


@dataclass(frozen=True)
class Changed:
    """An applied environment whose configuration has changed since."""

    checkout: Path
    cloud: Cloud

    def add(self, name: str) -> None:
        main = self.checkout / "terraform" / "environments" / "test" / "main.tf"
        main.write_text(main.read_text() + f'resource "terraform_data" "{name}" {{}}\n')

    def state(self) -> bytes:
        key = {"Bucket": BUCKET, "Key": "ses-mail/test/terraform.tfstate"}
        state: bytes = self.cloud.client("s3").get_object(**key)["Body"].read()
        return state


@pytest.fixture
def changed(run: Run, cloud: Cloud, checkout: Path) -> Changed:
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    run("terraform.sh", "test", "apply", YES="1")
    changed = Changed(checkout, cloud)
    changed.add("two")
    return changed


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_a_plan_that_nobody_has_read_is_not_carried_out(
    run: Run, start: Start, changed: Changed, checkout: Path, command: str
) -> None:
    before = changed.state()
    refused = start("terraform.sh", "test", command)
    assert refused.returncode == 3
    assert "Plan:" in refused.stdout
    saving = SAVING[command]
    assert refused.stderr.splitlines()[-1] == (
        f"Nobody has read this plan, and there is no terminal to ask at. Run make {saving} "
        f"ENV=test, read it with make show-plan ENV=test, then run make {command} ENV=test; "
        "or add YES=1."
    )
    for answer in ("no", ""):
        declined = at_a_terminal(start, answer, "terraform.sh", "test", command)
        assert declined.returncode == 3
        assert declined.stderr.endswith("test stays as it is\n")
    assert changed.state() == before
    assert not list((checkout / "build").rglob("*.tfplan"))  # else the next run would not plan

    assert at_a_terminal(start, "yes", "terraform.sh", "test", command).returncode == 0
    assert changed.state() != before


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_a_saved_plan_is_carried_out_once_it_was_shown_or_agreed_to(
    run: Run, start: Start, changed: Changed, checkout: Path, command: str
) -> None:
    before = changed.state()
    run("terraform.sh", "test", SAVING[command])
    assert start("terraform.sh", "test", command).returncode == 3  # planning is not reading
    declined = at_a_terminal(start, "no", "terraform.sh", "test", command)
    assert declined.returncode == 3
    assert "Plan:" in declined.stdout  # the saved plan itself, not the memory of it
    # A plan that was shown says nothing about the one that was saved since.
    assert "Plan:" in run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", SAVING[command])
    assert start("terraform.sh", "test", command).returncode == 3
    assert changed.state() == before

    run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", command)
    after = changed.state()
    assert after != before
    assert not list((checkout / "build").rglob("*.tfplan*"))

    # A plan that is agreed to at the terminal, and one that a pipeline says yes to.
    changed.add("three")
    run("terraform.sh", "test", SAVING[command])
    assert at_a_terminal(start, "yes", "terraform.sh", "test", command).returncode == 0
    run("terraform.sh", "test", SAVING[command])
    run("terraform.sh", "test", command, YES="1")


def at_a_terminal(start: Start, answer: str, *command: str) -> subprocess.CompletedProcess[str]:
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        return start(*command, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)


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

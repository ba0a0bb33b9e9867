"""Does `make init` keep the state safe, and does an apply keep the tfvars beside it?

The scripts run as they are, in a copy of the checkout, with the real `aws` and the real Terraform;
the environment in the copy has its own backend block, and one resource that costs nothing.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, OPERATOR_KEY, OPERATOR_SECRET, REGION
from local_cloud.aws import Cloud
from local_cloud.up import ROOT

BUCKET = f"terraform-state-{ACCOUNT}"
Run = Callable[..., str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for name in ("state-bucket.sh", "terraform.sh", "find-plugin-dir.sh"):
        shutil.copy(ROOT / "scripts" / name, scripts)
    source = ROOT / "terraform" / "environments" / "test"
    folder = tmp_path / "terraform" / "environments" / "test"
    folder.mkdir(parents=True)
    settings = re.match(r"terraform \{\n.*?\n\}\n", (source / "main.tf").read_text(), re.DOTALL)
    assert settings is not None
    (folder / "main.tf").write_text(
        settings.group(0) + 'variable "domain" {}\nresource "terraform_data" "one" {}\n'
    )
    shutil.copy(source / "terraform.tfvars", folder)
    return tmp_path


@pytest.fixture
def run(checkout: Path, cloud: Cloud) -> Run:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": OPERATOR_SECRET,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(checkout / "none"),
        "CHECKPOINT_DISABLE": "1",
    }

    def run(script: str, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [checkout / "scripts" / script, *arguments],
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


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
    s3.put_object(Bucket=BUCKET, Key="kept", Body=b"x")
    run("state-bucket.sh")
    assert is_safe(s3)
    assert s3.get_object(Bucket=BUCKET, Key="kept")["Body"].read() == b"x"


def test_state_and_tfvars_lie_beside_each_other(run: Run, cloud: Cloud, checkout: Path) -> None:
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    run("terraform.sh", "test", "plan")
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
    run("terraform.sh", "test", "destroy")
    assert b"terraform_data" not in s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read()

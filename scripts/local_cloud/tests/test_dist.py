"""The archive of `make dist` deploys and operates where there is no compiler."""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from local_cloud import REGION, ROOT
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.conftest import make_state_bucket

COMPILERS = ("swift", "clang", "gcc", "cc", "c++", "g++", "ld", "rustc", "go")


@pytest.fixture(scope="session")
def archive() -> Path:
    [archive] = (ROOT / "build").glob(f"ses-mail-{version()}-*.tar.gz")
    return archive


def version() -> str:
    done = subprocess.run(
        [ROOT / "scripts" / "version.sh"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def unpacked(archive: Path, tmp_path: Path) -> Path:
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="tar")
    return tmp_path / archive.name.removesuffix(".tar.gz")


@pytest.fixture
def variables(tmp_path: Path, cloud: Cloud) -> dict[str, str]:
    """The environment of a machine without a compiler; `aws` and Terraform are there."""
    tools = tmp_path / "tools"
    tools.mkdir()
    folders = [str(Path(sys.executable).parent), *os.environ["PATH"].split(":")]
    for folder in folders:
        for tool in Path(folder).glob("*"):
            link = tools / tool.name
            if not tool.name.startswith(COMPILERS) and not link.is_symlink():
                link.symlink_to(tool.absolute())
    return {
        "PATH": str(tools),
        "HOME": str(tmp_path),
        "CHECKPOINT_DISABLE": "1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "TF_PLUGIN_DIR": os.environ.get("TF_PLUGIN_DIR", ""),
        "TF_CLI_ARGS_init": "-backend-config=use_path_style=true",
        **cloud.environment(),
    }


def run(folder: Path, variables: dict[str, str], *command: str) -> tuple[int, str, str]:
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stdout, done.stderr


def test_it_goes_as_far_as_a_plan(
    unpacked: Path, variables: dict[str, str], cloud: Cloud, active_rule_set: None
) -> None:
    make_state_bucket(cloud)
    settings = unpacked / "terraform" / "environments" / "prod" / "terraform.tfvars"
    settings.write_text(settings.read_text().replace("mail.example.com", "mail.ses-mail.dev"))
    status, _, said = run(unpacked, variables, "make", "init", "ENV=prod")
    assert status == 0, said
    status, printed, said = run(unpacked, variables, "make", "plan", "ENV=prod")
    assert status == 0, said
    assert "to add, 0 to change, 0 to destroy" in printed.replace("\x1b[0m", "")
    assert (unpacked / "build" / "terraform" / "prod" / "plan.tfplan").exists()


def test_packages_that_were_changed_are_refused(unpacked: Path, variables: dict[str, str]) -> None:
    package = unpacked / "build" / "bouncer.zip"
    package.write_bytes(package.read_bytes() + b"x")
    status, printed, said = run(unpacked, variables, "make", "plan", "ENV=prod")
    assert status == 2
    assert "./build/bouncer.zip: FAILED" in printed + said


def test_its_command_line_operates_a_deployment(
    unpacked: Path, variables: dict[str, str], deployed_moto: MotoProcess
) -> None:
    asked = variables | deployed_moto.cloud().environment() | {"AWS_REGION": REGION}
    program = "scripts/ses-mail"
    assert run(unpacked, asked, program, "--version") == (0, f"{version()}\n", "")
    status, _, said = run(
        unpacked, asked, program, "rules", "set", "a@b.example", "store", "--env", "test"
    )
    assert status == 0, said
    status, printed, said = run(unpacked, asked, program, "rules", "list", "--env", "test")
    assert status == 0, said
    assert "a@b.example" in printed


def test_it_names_what_the_command_line_needs(unpacked: Path) -> None:
    needs = (unpacked / "REQUIREMENTS").read_text()
    for library in ("libcurl.so.4", "libssl.so.3", "libcrypto.so.3", "GLIBC "):
        assert library in needs
    # Those of `reports` are linked in.
    for library in ("libexpat", "libz"):
        assert library not in needs


def test_the_same_sources_make_the_same_archive(archive: Path) -> None:
    before = hashlib.sha256(archive.read_bytes()).hexdigest()
    subprocess.run([ROOT / "scripts" / "dist.sh"], check=True, capture_output=True)
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == before

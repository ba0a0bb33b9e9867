"""A plan is carried out once somebody has read it.

The scripts run as they are, in copies of an environment that was applied once, with the real `aws`
and the real Terraform.
"""

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_cloud import ACCOUNT
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.conftest import (
    Run,
    Start,
    activate_rule_set,
    make_checkout,
    make_state_bucket,
    running,
    starting,
)

SAVING = {"apply": "plan", "destroy": "plan-destroy"}


@dataclass(frozen=True)
class Applied:
    """An environment that was initialised and applied, and its AWS."""

    moto: MotoProcess
    checkout: Path

    @property
    def cloud(self) -> Cloud:
        return self.moto.cloud()

    @property
    def start(self) -> Start:
        return starting(self.checkout, self.cloud)

    @property
    def run(self) -> Run:
        return running(self.start)

    @property
    def folder(self) -> Path:
        return self.checkout / "terraform" / "environments" / "test"

    def add(self, name: str) -> None:
        main = self.folder / "main.tf"
        main.write_text(main.read_text() + f'resource "terraform_data" "{name}" {{}}\n')

    def state(self) -> bytes:
        key = {"Bucket": f"terraform-state-{ACCOUNT}", "Key": "ses-mail/test/terraform.tfstate"}
        state: bytes = self.cloud.client("s3").get_object(**key)["Body"].read()
        return state


@pytest.fixture(scope="module")
def applied_once(
    base_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Applied]:
    applied = Applied(base_moto.fork(), make_checkout(tmp_path_factory.mktemp("applied")))
    activate_rule_set(applied.cloud)
    make_state_bucket(applied.cloud)
    applied.run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")
    applied.run("terraform.sh", "test", "apply", YES="1")
    yield applied
    applied.moto.stop()


@pytest.fixture
def applied(applied_once: Applied, tmp_path: Path) -> Iterator[Applied]:
    """A copy of the test's own."""
    checkout = shutil.copytree(applied_once.checkout, tmp_path / "checkout", symlinks=True)
    applied = Applied(applied_once.moto.fork(), checkout)
    yield applied
    applied.moto.stop()


def test_plain_terraform_tells_the_outputs_in_the_folder(applied: Applied) -> None:
    environment = os.environ | applied.cloud.environment()
    environment.pop("TF_DATA_DIR", None)
    done = subprocess.run(
        ["terraform", "output", "-json", "spf_record"],
        cwd=applied.folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["testmail.example.com"]


@pytest.fixture
def changed(applied: Applied) -> Applied:
    """Its configuration has changed since."""
    applied.add("two")
    return applied


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_a_plan_that_nobody_has_read_is_not_carried_out(changed: Applied, command: str) -> None:
    start, before = changed.start, changed.state()
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
    assert not list(
        (changed.checkout / "build").rglob("*.tfplan")
    )  # else the next run would not plan

    assert at_a_terminal(start, "yes", "terraform.sh", "test", command).returncode == 0
    assert changed.state() != before


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_a_saved_plan_is_carried_out_once_it_was_shown_or_agreed_to(
    changed: Applied, command: str
) -> None:
    start, run, before = changed.start, changed.run, changed.state()
    run("terraform.sh", "test", SAVING[command])
    assert start("terraform.sh", "test", command).returncode == 3  # planning is not reading
    declined = at_a_terminal(start, "no", "terraform.sh", "test", command)
    assert declined.returncode == 3
    assert "Plan:" in declined.stdout  # the saved plan itself, not the memory of it
    # A plan that was shown says nothing about the one that was saved since.
    assert "Plan:" in run("terraform.sh", "test", "show-plan")
    changed.add("more")
    run("terraform.sh", "test", SAVING[command])
    assert start("terraform.sh", "test", command).returncode == 3
    assert changed.state() == before

    run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", command)
    after = changed.state()
    assert after != before
    assert not list((changed.checkout / "build").rglob("*.tfplan*"))

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

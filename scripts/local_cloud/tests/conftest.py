"""The fixtures of all tests: one moto for the whole run, a fork of it for each test."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, REGION, ROOT
from local_cloud.connection.aws import Cloud
from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.tests.deployment import deploy
from local_cloud.tests.google import Google

Run = Callable[..., str]
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def base_moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoProcess]:
    moto = MotoProcess.start(tmp_path_factory.mktemp("moto"), 0, 1.0)
    yield moto
    moto.stop()


@pytest.fixture
def moto(base_moto: MotoProcess) -> Iterator[MotoProcess]:
    """An empty AWS of the test's own."""
    copy = base_moto.fork()
    yield copy
    copy.stop()


@pytest.fixture
def cloud(moto: MotoProcess) -> Cloud:
    return moto.cloud()


@pytest.fixture
def asking(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """`aws`, boto3 and Terraform of this process ask the test's AWS."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it remembers who called before
    return cloud


@pytest.fixture
def still(moto: MotoProcess) -> None:
    """The world's clock stands still, but for what a test advances it."""
    moto.ask("clock", {"scale": 1e-6})


@pytest.fixture(scope="session")
def deployed_moto(base_moto: MotoProcess) -> Iterator[MotoProcess]:
    """The pipeline with stand-in functions, deployed with boto3 as Terraform would."""
    copy = base_moto.fork()
    deploy(copy.cloud())
    yield copy
    copy.stop()


@pytest.fixture
def world(deployed_moto: MotoProcess, tmp_path: Path) -> Iterator[World]:
    """A running copy of the deployed pipeline."""
    world = World(deployed_moto.fork(), Settings(str(tmp_path)))
    control = Control(world)
    world.start(control.url)
    yield world
    world.stop()
    control.close()


class Waiter:
    """Waits for a condition, and looks again whenever the world says that something happened."""

    def __init__(self, world: World) -> None:
        self._world = world

    def until(self, condition: Any, seconds: float = 60.0) -> Any:
        done = threading.Event()
        timer = threading.Timer(seconds, done.set)
        timer.start()
        try:
            while not done.is_set():
                version = self._world.journal.wait(-1, 0)
                value = condition()
                if value:
                    return value
                self._world.journal.wait(version, 1.0)
        finally:
            timer.cancel()
        raise AssertionError("it did not happen in time")


@pytest.fixture
def wait(world: World) -> Waiter:
    return Waiter(world)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    google = Google(tmp_path)
    yield google
    google.mailbox.close()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Our scripts, and the environment `test` with little in it."""
    return make_checkout(tmp_path)


def make_checkout(place: Path) -> Path:
    scripts = place / "scripts"
    scripts.mkdir()
    for script in [*(ROOT / "scripts").glob("*.sh"), *(ROOT / "scripts").glob("plan_*.py")]:
        shutil.copy(script, scripts)
    shutil.copytree(
        ROOT / "terraform" / "account",
        place / "terraform" / "account",
        ignore=shutil.ignore_patterns(".terraform*", "*.tfvars"),
    )
    source = ROOT / "terraform" / "environments" / "test"
    folder = place / "terraform" / "environments" / "test"
    folder.mkdir(parents=True)
    settings = (source / "main.tf").read_text()
    backend = re.search(r'  backend "s3" \{\n.*?\n  \}\n', settings, re.DOTALL)
    assert backend is not None
    # No AWS provider is required: its start would cost each command of Terraform two seconds.
    (folder / "main.tf").write_text(
        f"terraform {{\n{backend.group(0)}}}\n"
        'variable "domain" {}\nresource "terraform_data" "one" {}\n'
        'output "spf_record" {\n  value = var.domain\n}\n'
    )
    shutil.copy(source / "terraform.tfvars", folder)
    return place


@pytest.fixture
def active_rule_set(cloud: Cloud) -> None:
    activate_rule_set(cloud)


def activate_rule_set(cloud: Cloud) -> None:
    """The receipt rule set that `make account` makes first."""
    ses = cloud.client("ses")
    ses.create_receipt_rule_set(RuleSetName="ses-mail")
    ses.set_active_receipt_rule_set(RuleSetName="ses-mail")


def make_state_bucket(cloud: Cloud) -> str:
    """The bucket of the states. test_state.py shows that a script makes it where it is missing."""
    name = f"terraform-state-{ACCOUNT}"
    cloud.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return name


@pytest.fixture
def start(checkout: Path, cloud: Cloud, active_rule_set: None) -> Start:
    return starting(checkout, cloud)


def starting(checkout: Path, cloud: Cloud) -> Start:
    """Runs a script of the checkout against the test's AWS."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **cloud.environment(),
        "AWS_CONFIG_FILE": str(checkout / "none"),
        "CHECKPOINT_DISABLE": "1",
    }

    def start(
        script: str, *arguments: str, stdin: int = subprocess.DEVNULL, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [checkout / "scripts" / script, *arguments],
            env=environment | more,
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return start


@pytest.fixture
def run(start: Start) -> Run:
    return running(start)


def running(start: Start) -> Run:
    """Runs a script, which must succeed; returns what it prints."""

    def run(script: str, *arguments: str, **more: str) -> str:
        done = start(script, *arguments, **more)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run

"""terraform/account and environments/local, applied to this world and destroyed.

State, plug-ins and plan are in the work folder, so that several worlds and checkouts do not meet.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.process.moto_process import MotoProcess

FINISHED = re.compile(r"(Creation|Destruction|Modifications) complete after")
TOTAL = re.compile(r"Plan: (\d+) to add, (\d+) to change, (\d+) to destroy")
PROGRESS_SECONDS = 5.0


class TerraformFailed(RuntimeError):
    """Terraform failed; the message ends with what it printed last."""


@dataclass(frozen=True)
class Terraform:
    """The environment `local`, applied to one world."""

    root: Path
    work: Path
    moto: MotoProcess
    package_dir: Path
    say: Callable[[str], None]
    environment_name: str = "local"

    @property
    def folder(self) -> Path:
        return self.root / "terraform" / "environments" / "local"

    @property
    def profile(self) -> Path:
        return self.work / "aws-config"

    @property
    def plan(self) -> Path:
        return self.work / "changes.tfplan"

    def write_profile(self) -> None:
        self.profile.write_text(f"[profile local]\nendpoint_url = {self.moto.endpoint}\n")

    def init(self) -> None:
        self.write_profile()
        arguments = [
            "init",
            "-input=false",
            "-reconfigure",
            f"-backend-config=path={self.work / 'terraform.tfstate'}",
        ]
        mirror = subprocess.run(
            [self.root / "scripts" / "find-plugin-dir.sh"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        if mirror:
            arguments.append(f"-plugin-dir={mirror}")
        self.run(arguments)

    def apply(self, **given: Any) -> None:
        """`given` are variables of the environment beside the required ones."""
        self.run(["apply", *self.options(given), "-auto-approve", "-parallelism=30"])

    def destroy(self) -> None:
        self.run(["destroy", *self.options({}), "-auto-approve", "-parallelism=30"])

    def has_changes(self, **given: Any) -> bool:
        """Whether a second apply would change anything."""
        arguments = ["plan", *self.options(given), "-detailed-exitcode"]
        return self.run(arguments, accepted=(0, 2)) == 2

    def changes(self, **given: Any) -> dict[str, str]:
        """What an apply would do to which resource: `create`, `update`, `delete create`.

        The plan compares with the state alone, because nobody else changes anything here.
        """
        self.run(["plan", *self.options(given), "-refresh=false", f"-out={self.plan}"])
        return {
            each["address"].removeprefix("module.ses_mail."): " ".join(each["change"]["actions"])
            for each in self.show(str(self.plan))["resource_changes"]
            if each["mode"] == "managed" and each["change"]["actions"] != ["no-op"]
        }

    def apply_changes(self) -> None:
        """Applies the plan that `changes` has shown last."""
        self.run(["apply", "-input=false", "-no-color", "-parallelism=30", str(self.plan)])

    def show(self, *plan: str) -> dict[str, Any]:
        """A plan as text, or the state without one."""
        found: dict[str, Any] = self.printed("show", "-json", *plan)
        return found

    def output(self, name: str) -> Any:
        """An output as the state has it, without a start of Terraform."""
        state = json.loads((self.work / "terraform.tfstate").read_text())
        return state["outputs"][name]["value"]

    def printed(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        done = subprocess.run(
            ["terraform", f"-chdir={self.folder}", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    def options(self, given: dict[str, Any]) -> list[str]:
        variables = [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in given.items()
        ]
        return ["-input=false", "-no-color", *self.variables(), *variables]

    def variables(self) -> list[str]:
        machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
        return [
            f"-var=local_profile={self.profile}",
            f"-var=local_authority={self.moto.authority.certificate}",
            f"-var=environment={self.environment_name}",
            f"-var=package_dir={self.package_dir}",
            f"-var=lambda_architecture={machine}",
        ]

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "AWS_CA_BUNDLE": str(self.moto.authority.certificate),
            "TF_DATA_DIR": str(self.work / "terraform-data"),
            "TF_IN_AUTOMATION": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "1",
        }

    def run(self, arguments: list[str], accepted: tuple[int, ...] = (0,)) -> int:
        started, reported, finished, total = time.monotonic(), time.monotonic(), 0, "?"
        lines: list[str] = []
        with subprocess.Popen(
            ["terraform", f"-chdir={self.folder}", *arguments],
            env=self.environment(),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line.rstrip())
                finished += FINISHED.search(line) is not None
                if match := TOTAL.search(line):
                    total = str(max(int(n) for n in match.groups()))
                if time.monotonic() - reported >= PROGRESS_SECONDS:
                    reported = time.monotonic()
                    self.say(
                        f"terraform {arguments[0]}: {finished} of {total} done, "
                        f"{reported - started:.0f} s"
                    )
        (self.work / f"terraform-{arguments[0]}.log").write_text("\n".join(lines) + "\n")
        if process.returncode not in accepted:
            tail = "\n".join(lines[-40:])
            raise TerraformFailed(f"terraform {arguments[0]} failed:\n{tail}")
        return process.returncode


@dataclass(frozen=True)
class Account(Terraform):
    """What exists once for an account: a copy of terraform/account, with a state on this machine.

    It needs a work folder of its own.
    """

    @property
    def folder(self) -> Path:
        return self.work / "configuration"

    def init(self) -> None:
        source = self.root / "terraform" / "account"
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(
            source, self.folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfvars")
        )
        (self.folder / "state_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        super().init()

    def variables(self) -> list[str]:
        return []

    def environment(self) -> dict[str, str]:
        return super().environment() | self.moto.cloud().environment()


def account(root: Path, work: Path, moto: MotoProcess, say: Callable[[str], None]) -> Account:
    """Applies the account first, because the environments' rules go into its receipt rule set."""
    work.mkdir(exist_ok=True)
    for left_over in work.glob("terraform.tfstate*"):
        left_over.unlink()
    account = Account(root, work, moto, work, say)
    account.init()
    account.apply()
    return account

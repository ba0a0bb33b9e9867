"""How is terraform/environments/local applied to this world, and taken down again?

State, plug-ins and plan live in the work folder, so several worlds and checkouts do not meet.
"""

import os
import platform
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FINISHED = re.compile(r"(Creation|Destruction|Modifications) complete after")
TOTAL = re.compile(r"Plan: (\d+) to add, (\d+) to change, (\d+) to destroy")
PROGRESS_SECONDS = 5.0


class TerraformFailed(RuntimeError):
    """Terraform did not do it; the message ends with what it printed last."""


@dataclass(frozen=True)
class Terraform:
    root: Path
    work: Path
    endpoint: str
    package_dir: Path
    say: Callable[[str], None]
    environment_name: str = "local"

    @property
    def folder(self) -> Path:
        return self.root / "terraform" / "environments" / "local"

    def init(self) -> None:
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

    def apply(self) -> None:
        self.run(
            [
                "apply",
                "-input=false",
                "-auto-approve",
                "-no-color",
                "-parallelism=30",
                *self.variables(),
            ]
        )

    def destroy(self) -> None:
        self.run(
            [
                "destroy",
                "-input=false",
                "-auto-approve",
                "-no-color",
                "-parallelism=30",
                *self.variables(),
            ]
        )

    def has_changes(self) -> bool:
        """Would a second apply change anything?"""
        code = self.run(
            ["plan", "-input=false", "-no-color", "-detailed-exitcode", *self.variables()],
            accepted=(0, 2),
        )
        return code == 2

    def outputs(self) -> str:
        return subprocess.run(
            ["terraform", f"-chdir={self.folder}", "output", "-json"],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def variables(self) -> list[str]:
        machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
        return [
            f"-var=local_endpoint={self.endpoint}",
            f"-var=environment={self.environment_name}",
            f"-var=package_dir={self.package_dir}",
            f"-var=lambda_architecture={machine}",
        ]

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
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

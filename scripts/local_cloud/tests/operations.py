"""The lines of OPERATIONS.md that do without ses-mail, run as they are pasted."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local_cloud import ACCOUNT, REGION, ROOT
from local_cloud.connection.aws import Cloud

SECTION = re.compile(r"\n## Without ses-mail\n.*?```bash\n(.*?)```(.*?)(?=\n## |\Z)", re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \|$", re.MULTILINE)
# Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for SQS.
AWS = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
CODE = re.compile(r"`([^`]+)`")


def commands(instead_of: str) -> list[str]:
    """The commands that the table gives instead."""
    return [each for each in CODE.findall(rows()[instead_of]) if each.startswith("aws ")]


def rows() -> dict[str, str]:
    return dict(ROW.findall(section().group(2)))


def section() -> re.Match[str]:
    found = SECTION.search((ROOT / "OPERATIONS.md").read_text())
    assert found is not None
    return found


class Shell:
    """An operator's shell, in which the helpers of the section are defined."""

    def __init__(self, cloud: Cloud, environment: str) -> None:
        self._variables = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **cloud.environment(),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "ACCOUNT": ACCOUNT,
            "ENV": environment,
        }

    def start(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"set -e\n{AWS}\n{section().group(1)}\n{command}"],
            env=self._variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def run(self, command: str) -> str:
        """Runs a command, which must succeed; returns what it prints."""
        done = self.start(command)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

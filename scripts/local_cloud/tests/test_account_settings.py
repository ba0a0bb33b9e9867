"""The AWS CLI accepts the commands for the account's settings that Terraform cannot make."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud.rights.reasons import MODULE

SECTION = re.compile(r"\n## Account settings.*?```bash\n(.*?)```", re.DOTALL)


def commands() -> list[str]:
    found = SECTION.search((MODULE / "README.md").read_text())
    assert found is not None
    return [line for line in found.group(1).splitlines() if line.startswith("aws ")]


def test_both_settings_are_explained() -> None:
    assert [" ".join(each.split()[1:3]) for each in commands()] == [
        "xray update-trace-segment-destination",
        "xray update-indexing-rule",
        "resource-groups update-account-settings",
    ]


@pytest.mark.parametrize("command", commands())
def test_the_command_is_understood(command: str) -> None:
    """Only the arguments are checked; nothing is called."""
    done = subprocess.run(
        ["bash", "-c", f"{command} --generate-cli-skeleton output"],
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "AWS_DEFAULT_REGION": "ap-southeast-2",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr

"""`ses-mail init` asks an emulated AWS and a name server, and says what its golden transcript says.

The transcript was accepted in the tests of the command line, where AWS's answers are written down.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, ROOT
from local_cloud.connection.aws import Cloud
from local_cloud.tests.name_server import NameServer

GOLDEN = ROOT / "Tests" / "CommandLineTests" / "Golden" / "init.txt"
CALLER = "arn:aws:iam::123456789012:user/me"
SENDING = re.compile(r"^  \w+ +sending .*\n(?: +→.*\n)?", re.MULTILINE)
PROGRAM = os.environ.get("SES_MAIL_PROGRAM", "")
IN_USE = [
    ("mine.example", "MX", "10 mx.provider.example"),
    ("mine.example", "MX", "20 mx2.provider.example"),
    (
        "mine.example",
        "TXT",
        "v=spf1 include:_spf.provider.example a:web.mine.example ip4:192.0.2.7 -all",
    ),
    ("mine.example", "TXT", "site-verification=1234"),
    ("_dmarc.mine.example", "TXT", "v=DMARC1; p=quarantine; rua=mailto:me@else.example"),
]
pytestmark = pytest.mark.skipif(not PROGRAM, reason="SES_MAIL_PROGRAM is not set")


def accepted(title: str) -> tuple[list[str], str]:
    """The arguments of one run of the transcript, and what it printed, with its status."""
    found = re.search(
        rf"^# {re.escape(title)}\n\$ ses-mail (.*)\n((?s:.*?)^\[\d+\])$",
        GOLDEN.read_text(),
        re.MULTILINE,
    )
    assert found is not None, title
    return shlex.split(found[1]), found[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "terraform" / "environments" / "prod"
    folder.mkdir(parents=True)
    (folder / "main.tf").touch()
    (folder / "terraform.tfvars").write_text(
        'domain = ["mail.example.com"]\nlookup_failed_action = "store"\n'
    )
    return tmp_path


def repeats(title: str, place: Path, cloud: Cloud, server: NameServer) -> None:
    """Runs what the transcript ran, and compares what is printed."""
    arguments, printed = accepted(title)
    variables = {
        name: value
        for name, value in cloud.environment().items()
        if name not in ("AWS_REGION", "AWS_DEFAULT_REGION")
    }
    done = subprocess.run(
        [PROGRAM, *arguments, "--resolver", server.address],
        cwd=place,
        env={"HOME": str(place / "home"), "RES_OPTIONS": "timeout:1 attempts:1", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = f"{done.stdout}{done.stderr}[{done.returncode}]".replace(str(place), "/checkout")
    # moto's caller has another name than the transcript's, and may send more.
    said = said.replace(f"arn:aws:sts::{ACCOUNT}:user/moto", CALLER)
    assert SENDING.sub("", said) == SENDING.sub("", printed)


def activate(cloud: Cloud, name: str) -> None:
    ses: Any = cloud.client("ses", "eu-west-1")
    ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName=name)


def test_a_new_domain_and_a_second_run(place: Path, cloud: Cloud) -> None:
    with NameServer([]) as server:
        for title in ("a new domain", "a second run", "what is written is known"):
            repeats(title, place, cloud, server)


def test_a_domain_in_use_and_a_foreign_rule_set(place: Path, cloud: Cloud) -> None:
    activate(cloud, "newsletter")
    with NameServer(IN_USE) as server:
        repeats(
            "a domain in use, a foreign rule set, an alarm at the domain itself",
            place,
            cloud,
            server,
        )
        repeats("the switch", place, cloud, server)


def test_a_wrong_account(place: Path, cloud: Cloud) -> None:
    configuration = place / "home" / ".config" / "ses-mail" / "config.json"
    configuration.parent.mkdir(parents=True)
    configuration.write_text('{"environments": {"prod": {"account": "999999999999"}}}')
    with NameServer([]) as server:
        repeats("a wrong account", place, cloud, server)

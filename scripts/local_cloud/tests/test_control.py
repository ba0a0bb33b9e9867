"""The control API does what the README says."""

import json
import re
from pathlib import Path

import pytest

import local_cloud
from local_cloud.command.client import Client, Unreachable
from local_cloud.mailbox.faults import KINDS, PLACES
from local_cloud.process.control import Control
from local_cloud.process.world import World

PAGE = (Path(local_cloud.__file__).parent / "README.md").read_text()


def test_every_route_is_on_its_page(world: World) -> None:
    control = Control(world)
    missing = [path for _, path in control.routes() if f"`/control/{path}`" not in PAGE]
    control.close()
    assert missing == []


def test_every_kind_of_fault_is_on_the_page() -> None:
    row = next(line for line in PAGE.splitlines() if "`/control/faults`" in line)
    words = {word for code in re.findall("`([^`]+)`", row) for word in code.split()}
    assert {*KINDS, *PLACES} <= words


def test_an_unknown_route_is_told(world: World) -> None:
    with pytest.raises(Unreachable, match="no such route"):
        Client(world.control_url).get("nothing")


def test_a_mail_that_ses_would_refuse_is_refused_in_its_words(world: World) -> None:
    with pytest.raises(Unreachable, match=r"550 5\.1\.1"):
        Client(world.control_url).post(
            "send", {"rawBase64": "", "from": "a@b.example", "to": ["a@elsewhere.example"]}
        )


def test_faults_are_queued_and_cleared(world: World) -> None:
    client = Client(world.control_url)
    client.post("faults", {"kind": "status", "at": "token", "status": 500})
    assert [each["at"] for each in client.get("faults")] == ["token"]
    client.delete("faults")
    assert client.get("faults") == []
    with pytest.raises(Unreachable, match="kind is one of"):
        client.post("faults", {"kind": "mischief"})


def test_a_new_account_has_a_token_file(world: World) -> None:
    found = Client(world.control_url).post("mailbox/accounts", {"address": "New@gmail.com"})
    assert found["account"] == "new@gmail.com" and json.dumps(found)
    assert {"refresh_token", "client_id", "client_secret", "token_uri"} <= set(found)

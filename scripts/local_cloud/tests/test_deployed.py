"""A start applies Terraform where nothing usable is kept, in an AWS that is empty then.

A topic made with boto3 plays Terraform, which takes a minute and a half.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_cloud.deploy.kept import Kept
from local_cloud.process import deployed as module
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.up import CannotComeUp, alone_in

Start = Callable[..., tuple[list[str], str]]


@dataclass
class Small:
    """An environment that consists of one topic."""

    root: Path
    work: Path
    moto: MotoProcess
    packages: Path
    say: Callable[[str], None]

    def write_profile(self) -> None:
        return

    def init(self) -> None:
        return

    def apply(self, **_: Any) -> None:
        count = len(topics(self.moto))
        self.moto.cloud().client("sns").create_topic(Name=f"topic-{count}")
        for folder in (self.work, self.work / "account"):
            folder.mkdir(exist_ok=True)
            (folder / "terraform.tfstate").write_text("{}")


def topics(moto: MotoProcess) -> list[str]:
    found = moto.cloud().client("sns").list_topics()["Topics"]
    return [each["TopicArn"].rpartition(":")[2] for each in found]


@pytest.fixture
def start(
    base_moto: MotoProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """A start; returns the topics that are there then, and what was said first."""
    monkeypatch.setattr(module, "Terraform", Small)
    monkeypatch.setattr(module, "account", lambda *_: None)
    running: list[MotoProcess] = []

    def fork() -> MotoProcess:
        running.append(base_moto.fork())
        return running[-1]

    def start(is_anew: bool = False, **variables: str) -> tuple[list[str], str]:
        said: list[str] = []
        made = module.deployed(fork, tmp_path, tmp_path, variables, is_anew, said.append)
        return topics(made.moto), said[0]

    yield start
    for each in running:
        each.stop()


AGAIN = "nothing has changed since the last apply; its 2 calls were made again"
APPLYING = "; applying terraform/account and environments/local"


def test_the_second_start_makes_the_calls_of_the_first_again(start: Start) -> None:
    assert start() == (["topic-0"], "no deployment is kept" + APPLYING)
    assert start() == (["topic-0"], AGAIN)
    assert start() == (["topic-0"], AGAIN)


def test_another_variable_applies_anew_and_is_kept_then(start: Start) -> None:
    start()
    found, said = start(log_level="DEBUG")
    assert found == ["topic-0"]
    changed = "what the kept deployment was made of has changed: variables"
    assert said == changed + APPLYING
    assert start(log_level="DEBUG")[1] == AGAIN


def test_anew_applies_although_nothing_has_changed(start: Start) -> None:
    start()
    assert start(is_anew=True) == (["topic-0"], "asked to apply anew" + APPLYING)


def test_a_broken_deployment_is_applied_anew_in_an_empty_aws(start: Start, tmp_path: Path) -> None:
    start()
    calls = Kept(tmp_path, {}).calls
    calls.write_text(calls.read_text().replace("CreateTopicResult", "CreateTopicAnswer"))
    found, said = start()
    assert found == ["topic-0"]
    differs = "the kept deployment is made differently now: sns CreateTopic, call 1 of 2"
    assert said == differs + APPLYING
    assert start()[1] == AGAIN


def test_a_second_world_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    refused = pytest.raises(CannotComeUp, match="another local-cloud works in")
    with alone_in(tmp_path), refused, alone_in(tmp_path):
        raise AssertionError("two worlds share a folder")

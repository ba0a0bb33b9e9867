"""What do the tests share? One moto for the whole run, a fork of it for each test."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud.aws import Cloud
from local_cloud.control import Control
from local_cloud.moto_process import MotoProcess
from local_cloud.tests.deployment import deploy
from local_cloud.tests.google import Google
from local_cloud.world import Settings, World


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
    return Cloud(moto.endpoint)


@pytest.fixture(scope="session")
def deployed_moto(base_moto: MotoProcess) -> Iterator[MotoProcess]:
    """The pipeline with stand-in functions, deployed with boto3 as Terraform would."""
    copy = base_moto.fork()
    deploy(Cloud(copy.endpoint))
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
    """Waits for a condition, looking again whenever the world says that something has happened."""

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
def google() -> Iterator[Google]:
    google = Google()
    yield google
    google.mailbox.close()

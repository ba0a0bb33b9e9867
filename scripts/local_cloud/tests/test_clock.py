"""The world's clock runs at the given speed, never back, and everybody in the world lives by it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.clock.world_clock import SHARED, PublishedClock, WorldClock
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.functions import allow, invoking, make_function, make_role

DAY = 86_400.0
ASKED = "import sys, time\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"


def test_the_clock_is_never_turned_back_by_a_change_of_speed() -> None:
    real = [1000.0]
    clock = WorldClock(10.0, lambda: real[0])
    real[0] += 5
    assert clock.now() == 1050.0
    clock.set_busy(True)
    real[0] += 5
    assert clock.now() == 1055.0
    clock.set_scale(100.0)
    clock.set_busy(False)
    real[0] += 1
    assert clock.now() == 1155.0
    clock.advance(45)
    assert clock.now() == 1200.0
    assert clock.real_seconds_until(1300.0) == 1.0


def test_how_far_it_is_ahead_is_published_with_every_change(tmp_path: Path) -> None:
    real = [1000.0]
    clock, file = WorldClock(10.0, lambda: real[0]), tmp_path / "clock"
    clock.publish_in(file)
    assert file.read_text() == "+0.000000\n"
    real[0] += 5
    clock.keep_published()
    assert file.read_text() == "+45.000000\n"
    clock.set_busy(True)
    clock.advance(0.5)
    assert file.read_text() == "+45.500000\n"


def test_a_running_program_sees_the_clock_move_and_its_monotonic_one_stay(tmp_path: Path) -> None:
    clock, file = WorldClock(), tmp_path / "clock"
    clock.publish_in(file)
    published = PublishedClock(file, f"local-cloud-test-{os.getpid()}")
    program = subprocess.Popen(
        [sys.executable, "-c", ASKED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | published.environment(),
    )

    def ask() -> tuple[float, float]:
        assert program.stdin is not None and program.stdout is not None
        program.stdin.write("?\n")
        program.stdin.flush()
        now, monotonic = program.stdout.readline().split()
        return float(now), float(monotonic)

    before = ask()
    clock.advance(7 * DAY)
    after = ask()
    program.kill()
    program.wait()
    assert abs(after[0] - before[0] - 7 * DAY) < DAY
    assert after[1] - before[1] < DAY
    assert abs(published.now() - after[0]) < DAY
    published.end()
    left = [each.name for each in SHARED.iterdir()]
    assert not [each for each in left if str(program.pid) in each or published.name in each]


@pytest.fixture(scope="module")
def echo(base_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    moto = base_moto.fork()
    make_function(moto.cloud(), "echo", "echo", [])
    with invoking(moto, tmp_path_factory.mktemp("echo")) as world:
        yield world


def invoke(world: World) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.runner.functions["echo"].invoke(b"{}").body)
    return found


def test_a_warm_function_sees_an_advanced_clock(echo: World) -> None:
    before = invoke(echo)
    echo.moto.ask("clock", {"advanceSeconds": DAY})
    after = invoke(echo)
    assert after["pid"] == before["pid"]
    assert after["now"] - before["now"] >= DAY
    assert time.time() + DAY - 1 < echo.cloud.clock() < time.time() + 100 * DAY


def test_what_a_function_logs_has_the_worlds_time(echo: World) -> None:
    echo.moto.ask("clock", {"advanceSeconds": DAY})
    began = echo.cloud.clock()
    invoke(echo)
    events = echo.cloud.client("logs").filter_log_events(
        logGroupName="/aws/lambda/echo", startTime=int(began * 1000)
    )["events"]
    assert len(events) >= 4
    assert all(each["timestamp"] <= echo.cloud.clock() * 1000 for each in events)


def test_signatures_go_by_the_clock_of_whoever_signs(moto: MotoProcess, cloud: Cloud) -> None:
    """The administrator is outside the world; a role's session is inside."""
    role = make_role(cloud, "role", "lambda.amazonaws.com", [allow(["dynamodb:*"], "*")])
    moto.ask("clock", {"advanceSeconds": DAY})
    cloud.client("dynamodb").list_tables()
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        cloud.assume(role, "by-the-machine").client("dynamodb").list_tables()
    inside = moto.cloud(clock=moto.clock.now)
    session = inside.assume(role, "by-the-world").client("dynamodb")
    said = session.list_tables()["ResponseMetadata"]["HTTPHeaders"]["date"]
    assert abs(parsedate_to_datetime(said).timestamp() - moto.clock.now()) < 60


def test_what_is_made_has_the_worlds_time(moto: MotoProcess, cloud: Cloud) -> None:
    moto.ask("clock", {"advanceSeconds": DAY})
    made = cloud.client("iam").create_user(UserName="u")["User"]["CreateDate"].timestamp()
    assert abs(made - moto.clock.now()) < 60


def test_a_copy_begins_with_the_clock_as_it_is_and_goes_its_own_way(moto: MotoProcess) -> None:
    moto.ask("clock", {"advanceSeconds": DAY})
    copy = moto.fork()
    try:
        assert abs(copy.clock.now() - moto.clock.now()) < 60
        copy.ask("clock", {"advanceSeconds": DAY})
        assert copy.clock.now() - moto.clock.now() > DAY - 60
    finally:
        copy.stop()

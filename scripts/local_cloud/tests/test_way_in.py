"""What is taken away from the way in rings the right alarm; a week without a fault rings none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local_cloud.control import Control
from local_cloud.host.notification import Verdicts
from local_cloud.moto_process import MotoProcess
from local_cloud.seed import put_tokens
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import TOKEN, VISIBILITY
from local_cloud.tests.watched import CANARY_HOURS, put_alarms, set_policy, watch_the_way_in
from local_cloud.world import Settings, World

HOUR = 3600.0
WEEK_HOURS = 168
MAIL = b"From: a@remote.example\r\nTo: me@example.com\r\nSubject: s\r\n\r\nx\r\n"


@pytest.fixture(scope="module")
def healthy(
    deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world in which the first canary has arrived, and whose alarms are on since then."""
    work = tmp_path_factory.mktemp("healthy")
    with running(deployed_moto.fork(), Settings(str(work))) as world:
        put_tokens(world.cloud, world.mailbox.accounts, TOKEN)
        watch_the_way_in(world.cloud)
        Waiter(world).until(lambda: world.mailbox.store.messages("me@gmail.com"))
        advance(world, 60)
        put_alarms(world.cloud)
        yield world


@pytest.fixture
def watched(healthy: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it."""
    accounts = tuple(healthy.mailbox.accounts.export())
    with running(healthy.moto.fork(), Settings(str(tmp_path), accounts=accounts)) as world:
        assert rung(world) == set()
        yield world


@contextmanager
def running(moto: MotoProcess, settings: Settings) -> Iterator[World]:
    world = World(moto, settings)
    control = Control(world)
    world.start(control.url)
    try:
        yield world
    finally:
        world.stop()
        control.close()


def advance(world: World, seconds: float) -> None:
    world.moto.ask("clock", {"advanceSeconds": seconds})
    assert world.wait_until_quiet()


def rung(world: World) -> set[str]:
    changes = world.moto.ask("alarms")["changes"]
    return {each["alarm"] for each in changes if each["after"] == "ALARM" and each["told"]}


def receive(world: World) -> None:
    world.inbound.receive(MAIL, "a@remote.example", ["me@example.com"], Verdicts())
    assert world.wait_until_quiet()


def without_rule(world: World) -> None:
    world.cloud.client("ses").delete_receipt_rule(RuleSetName="rules", RuleName="receive")


def without_active_set(world: World) -> None:
    world.cloud.client("ses").set_active_receipt_rule_set()


def without_pipe(world: World) -> None:
    world.cloud.client("pipes").delete_pipe(Name="route")


def without_consent(world: World) -> None:
    world.mailbox.accounts.revoke("me@gmail.com")


def without_queue_policy(world: World) -> None:
    set_policy(world.cloud, "input", "")


def without_function(world: World) -> None:
    world.cloud.client("lambda").delete_function(FunctionName="router")


# What is taken away, what rings within an hour of the next mail, and what rings after that.
FAULTS: list[tuple[Callable[[World], None], set[str], set[str]]] = [
    (without_rule, set(), {"canary"}),
    (without_active_set, set(), {"canary"}),
    (without_pipe, {"input-age"}, {"canary"}),
    (without_consent, {"token-invalid", "gmail-dead-letters"}, {"canary"}),
    (without_queue_policy, {"notifications-failed", "input-dead-letters"}, {"canary"}),
    (without_function, {"input-age"}, {"canary"}),
]


@pytest.mark.parametrize(
    ("take_away", "soon", "later"), FAULTS, ids=[each[0].__name__ for each in FAULTS]
)
def test_what_is_taken_away_rings_the_right_alarm(
    watched: World, take_away: Callable[[World], None], soon: set[str], later: set[str]
) -> None:
    take_away(watched)
    watched.runner.deploy()
    if soon:
        receive(watched)
    for _ in range(12):  # the tries of a message, and time for an alarm
        advance(watched, VISIBILITY + 1)
    advance(watched, HOUR / 2)
    assert rung(watched) == soon
    for _ in range(2 * CANARY_HOURS + 4):
        advance(watched, HOUR)
    assert later <= rung(watched)


def test_no_alarm_rings_in_a_week_without_a_fault(watched: World) -> None:
    for hours in range(0, WEEK_HOURS, 3):
        advance(watched, 3 * HOUR)
        if hours % 24 == 0:
            receive(watched)
    assert rung(watched) == set()
    arrived = watched.mailbox.store.messages("me@gmail.com")
    assert len(arrived) == WEEK_HOURS // CANARY_HOURS + WEEK_HOURS // 24
    states: dict[str, Any] = watched.moto.ask("alarms")
    assert {each["state"] for each in states["alarms"]} == {"OK"}

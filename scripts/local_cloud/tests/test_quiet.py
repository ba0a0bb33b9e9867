"""A world is quiet only when everything has had its consequences."""

from typing import Any

import pytest

from local_cloud.command.client import Client
from local_cloud.host.notification import Verdicts
from local_cloud.process.world import World

MAIL = b"From: a@remote.example\r\nMessage-ID: <1@remote.example>\r\n\r\nBody\r\n"
PATIENCE_SECONDS = 60.0


def send(world: World, recipient: str) -> None:
    world.inbound.receive(MAIL, "a@remote.example", [recipient], Verdicts())


def outcomes(world: World) -> list[str]:
    return [each["outcome"] for mail in world.status() for each in mail["recipients"]]


def test_a_mail_has_gone_all_its_way(world: World) -> None:
    send(world, "nobody@example.com")
    assert Client(world.control_url).get(f"quiet?timeout={PATIENCE_SECONDS}") == {"isQuiet": True}
    assert outcomes(world) == ["bounced"]


def test_a_mail_that_waits_for_its_next_try_is_nobodys_work(world: World) -> None:
    send(world, "me@example.com")  # no token: the forwarder fails
    assert world.wait_until_quiet(PATIENCE_SECONDS)
    assert outcomes(world) == ["waiting"]


def test_a_mail_that_is_handled_while_it_is_looked_for_is_not_told_of_wrongly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = world.moto.ask

    def ask_slowly(route: str, *rest: Any) -> Any:
        answer = ask(route, *rest)
        if route == "outbox":
            send(world, "nobody@example.com")
            assert world.wait_until_quiet(PATIENCE_SECONDS)
        return answer

    with monkeypatch.context() as slow:
        slow.setattr(world.moto, "ask", ask_slowly)
        assert outcomes(world) == []
    assert outcomes(world) == ["bounced"]

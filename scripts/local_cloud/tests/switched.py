"""Parts of the end-to-end suite about the page's switches: each alarm rings, and the cure cures.

Each is played in a copy of what Terraform has deployed, with the real functions and alarms.
"""

from collections.abc import Callable

from local_cloud.demo.cases import RULES
from local_cloud.demo.mails import Problems
from local_cloud.deploy.seed import put_rule
from local_cloud.host.notification import Verdicts
from local_cloud.page.queues import redrive
from local_cloud.page.switches import Switches
from local_cloud.process.world import World
from local_cloud.tests.way_in import MAIL, advance, await_canary, changes, differing, rung

NAMES = ("google-down", "token-revoked", "dynamodb-throttled", "pipe-stopped", "policy-lost")
RECIPIENTS = ("support@example.com", "typo@example.com")
AFTERWARDS_MINUTES = 15  # more than the forwarder's next try takes


def switched(name: str) -> Callable[[World, str], Problems]:
    def play(world: World, table: str) -> Problems:
        for rule in RULES:
            put_rule(world.cloud, table, rule)
        await_canary(world)
        before = len(changes(world))
        switches = Switches(world)
        switch = next(each for each in switches.every if each.name == name)
        switches.turn(name, True)
        world.runner.deploy()
        mails = [receive(world, each) for each in RECIPIENTS]
        pass_minutes(world, switch.minutes)
        silent = {*switch.alarms} - rung(world, before)
        switches.turn(name, False)
        pass_minutes(world, AFTERWARDS_MINUTES)
        for queue in world.moto.ask("queues"):
            if queue["messages"] and queue["deadLetterQueueOf"]:
                redrive(world, queue)
        world.wait_until_quiet()
        return [
            ("the alarms beside it", differing(silent, set())),
            ("the mail afterwards", differing(undelivered(world, mails), [])),
        ]

    return play


def receive(world: World, recipient: str) -> str:
    raw = MAIL.replace(b"support@example.com", recipient.encode())
    return world.inbound.receive(raw, "ann@remote.example", [recipient], Verdicts()).message_id


def pass_minutes(world: World, count: int) -> None:
    for _ in range(count):
        advance(world, 60)


def undelivered(world: World, mails: list[str]) -> list[str]:
    return [
        f"{each['recipient']} {each['outcome']}: {each['detail']}"
        for mail in world.status()
        for each in mail["recipients"]
        if mail["messageId"] in mails and each["outcome"] not in ("imported", "bounced")
    ]


PARTS_OF_THE_PAGE: dict[str, Callable[[World, str], Problems]] = {
    f"switch {name}": switched(name) for name in NAMES
}

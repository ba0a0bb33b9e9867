"""The demo: plays each part, prints what was seen, judges it, and checks rights at the end."""

import sys
from collections.abc import Callable

from local_cloud.command.table import aligned
from local_cloud.demo import mails
from local_cloud.demo.held import HeldMail
from local_cloud.demo.mails import Problems
from local_cloud.demo.mishaps import Mishaps
from local_cloud.demo.program import PROGRAM
from local_cloud.demo.smtp_given_up import give_up
from local_cloud.demo.smtp_steps import CredentialsLife
from local_cloud.demo.step import Step
from local_cloud.demo.summary import summary
from local_cloud.deploy.seed import routing_table
from local_cloud.process.up import Options, handle_signals, running, say
from local_cloud.process.world import World
from local_cloud.rights import grants, reasons
from local_cloud.rights.calls import Calls


def demo(options: Options) -> int:
    PROGRAM.begin()
    try:
        return demonstrate(options)
    finally:
        PROGRAM.end()


def demonstrate(options: Options) -> int:
    with running(options) as world:
        handle_signals(world.stopped)
        table = routing_table(world.runner.functions)
        if table is None:
            raise RuntimeError("no deployed function names the routing table")
        problems: Problems = []
        for play in PARTS.values():
            problems += play(world, table)
        problems += [("connections", look_at_connections(world))]
        problems += [("rights", look_at_rights(world))]
        print(f"\n{summary(world.status())}")
    for title, found in problems:
        for problem in found:
            print(f"BAD {title}: {problem}", file=sys.stderr)
    failures = sum(1 for _, found in problems if found)
    print(f"\n{'All went as it should.' if not failures else f'{failures} did not.'}")
    return 1 if failures else 0


def play_credentials(world: World, table: str) -> Problems:
    say("SMTP credentials")
    return show("credential", [*CredentialsLife(world, table).live(), give_up(world, table)])


def play_held(world: World, table: str) -> Problems:
    say("held mail")
    return show("held mail", HeldMail(world, table).live())


def play_mishaps(world: World, table: str) -> Problems:
    say("mishaps")
    return show("mishap", Mishaps(world, table).live())


def show(what: str, steps: list[Step]) -> Problems:
    print()
    print(
        aligned(
            ("", what, "took", "seen"),
            [
                (
                    "BAD" if each.problems else "ok",
                    each.title,
                    f"{each.seconds:.2f} s",
                    each.problems[0] if each.problems else each.seen,
                )
                for each in steps
            ],
        )
    )
    return [(each.title, each.problems) for each in steps]


def look_at_connections(world: World) -> list[str]:
    """Whether the functions connected to each host that they need, and called more than once on one
    connection.
    """
    hosts = {name: each for name, each in world.connections().items() if name in NEEDED}
    counts = {name: f"{each['connections']}/{each['calls']}" for name, each in hosts.items()}
    say(f"connections/calls: {', '.join(f'{name} {count}' for name, count in counts.items())}")
    found = [f"nobody connected to {name}" for name in NEEDED if not hosts[name]["connections"]]
    found += [f"{name} was not trusted" for name in NEEDED if hosts[name]["refused"]]
    opened, called = (
        sum(each[what] for each in hosts.values()) for what in ("connections", "calls")
    )
    if opened >= called:  # the clock is moved by more than a connection is kept for
        found.append(f"connections are not kept: {counts}")
    return found


def look_at_rights(world: World) -> list[str]:
    """Whether anybody was refused something, or is granted something that nobody needs."""
    granted = world.moto.ask("grants")
    calls = Calls.read(world.work)
    used = sum(1 for each in granted if each["calls"] or grants.grant_of(each) in calls.used)
    say(f"{used} of {len(granted)} actions that policies grant were used")
    return [*calls.refused, *grants.problems(granted, reasons.of_deployed(), calls.used)]


# The hosts that the functions call. The host, the operator and Terraform use the common address.
NEEDED = ("dynamodb", "s3", "ssm", "sesv2", "kms", "iam", "gmail", "token")
PARTS: dict[str, Callable[[World, str], Problems]] = {
    "mails": mails.play,
    "held mail": play_held,
    "credentials": play_credentials,
    "mishaps": play_mishaps,
}

"""Runs the demo: sends, waits, moves the clock over long waits, prints, judges."""

import hashlib
import sys
import time
from typing import Any

from local_cloud.demo import grants
from local_cloud.demo.cases import ALONE, RULES, TOGETHER, Case
from local_cloud.demo.judge import Sent, judge
from local_cloud.demo.smtp_steps import CredentialsLife
from local_cloud.host.notification import Verdicts
from local_cloud.seed import put_rule, routing_table
from local_cloud.table import aligned, size
from local_cloud.up import Options, handle_signals, running, say
from local_cloud.world import World

CASE_SECONDS = 180.0
LOOK_SECONDS = 2.0


def demo(options: Options) -> int:
    with running(options) as world:
        handle_signals(world.stopped)
        table = routing_table(world.runner.functions)
        if table is None:
            raise RuntimeError("no deployed function names the routing table")
        failures = play(world, table) + play_credentials(world, table) + look_at_rights(world)
    print(f"\n{'All went as it should.' if not failures else f'{failures} did not.'}")
    return 1 if failures else 0


def play_credentials(world: World, table: str) -> int:
    """How many steps of a credential's life did not go as they should."""
    say("SMTP credentials")
    steps = CredentialsLife(world, table).live()
    print()
    print(
        aligned(
            ("", "credential", "took", "seen"),
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
    report([(each.title, each.problems) for each in steps])
    return sum(1 for each in steps if each.problems)


def look_at_rights(world: World) -> int:
    """How often was a role refused something, or is granted something that nobody needs?"""
    granted = world.moto.ask("grants")
    used = sum(1 for each in granted if each["calls"])
    say(f"{used} of {len(granted)} actions that roles may do were used")
    messages = [each["message"] for each in world.moto.ask("refusals")]
    refused = [each for each in messages if ":assumed-role/" in each]
    problems = list(dict.fromkeys(refused)) + grants.problems(granted)
    report([("rights", problems)])
    return len(problems)


def play(world: World, table: str) -> int:
    """How many of the mails did not fare as they should."""
    for rule in RULES:
        put_rule(world.cloud, table, rule)
    sent = [send(world, case) for case in TOGETHER]
    settle(world, sent)
    for case in ALONE:
        for rule in case.rules:
            put_rule(world.cloud, table, rule)
        for fault in case.faults:
            world.mailbox.faults.add(fault)
        sent.append(send(world, case))
        settle(world, sent)
    mails = {mail["messageId"]: mail for mail in world.status()}
    judgements = {each.message_id: judge(world, each, mails[each.message_id]) for each in sent}
    show(world, sent, mails, judgements)
    return sum(1 for found in judgements.values() if found)


def send(world: World, case: Case) -> Sent:
    raw = case.raw()
    received = world.inbound.receive(
        raw, case.sender, list(case.expected), Verdicts(dict(case.verdicts))
    )
    say(f"sent: {case.title} ({size(len(raw))})")
    return Sent(case, received.message_id, hashlib.sha256(raw).hexdigest())


def settle(world: World, sent: list[Sent]) -> None:
    """Wait until every mail has its outcome; a retry that is hours away is fetched by the clock."""
    identifiers = {each.message_id for each in sent}
    end = time.monotonic() + CASE_SECONDS
    while time.monotonic() < end and not world.stopped.is_set():
        version = world.journal.wait(-1, 0)
        mails = [mail for mail in world.status() if mail["messageId"] in identifiers]
        if all(mail["isSettled"] for mail in mails):
            return
        if world.wait_until_quiet(0.0):
            skip_wait(world)
        world.journal.wait(version, LOOK_SECONDS)


def skip_wait(world: World) -> None:
    queues = world.moto.ask("queues")
    waits = [queue["nextInSeconds"] for queue in queues if queue["nextInSeconds"] is not None]
    if (
        waits
        and min(waits) > 1
        and not any(queue["visible"] for queue in queues if not queue["deadLetterQueueOf"])
    ):
        say(f"nothing to do for {min(waits):.0f} s: moving the clock")
        world.moto.ask("clock", {"advanceSeconds": min(waits)})


def show(
    world: World, sent: list[Sent], mails: dict[str, Any], judgements: dict[str, list[str]]
) -> None:
    rows = []
    for each in sent:
        mail, problems = mails[each.message_id], judgements[each.message_id]
        for index, outcome in enumerate(mail["recipients"]):
            first = index == 0
            rows.append(
                (
                    "" if not first else "ok" if not problems else "BAD",
                    each.case.title if first else "",
                    size(mail["size"]) if first else "",
                    outcome["recipient"],
                    outcome["outcome"],
                    (outcome.get("rule") or "-"),
                    took(mail, "route"),
                    took(mail, "handle"),
                    total(mail, outcome),
                    remark(world, each, outcome),
                )
            )
    print(
        aligned(
            (
                "",
                "mail",
                "size",
                "recipient",
                "outcome",
                "rule",
                "route",
                "handle",
                "total",
                "remark",
            ),
            rows,
        )
    )
    report([(each.case.title, judgements[each.message_id]) for each in sent])


def report(problems: list[tuple[str, list[str]]]) -> None:
    for title, found in problems:
        for problem in found:
            print(f"BAD {title}: {problem}", file=sys.stderr)


def took(mail: dict[str, Any], stage: str) -> str:
    found = [each["seconds"] for each in mail["stages"] if each["stage"] == stage]
    return f"{sum(found):.2f} s" if found else "-"


def total(mail: dict[str, Any], outcome: dict[str, Any]) -> str:
    end = outcome.get("at") or max(each["at"] for each in mail["stages"])
    return f"{end - mail['receivedAt']:.2f} s"


def remark(world: World, sent: Sent, outcome: dict[str, Any]) -> str:
    parts = [str(outcome["detail"])]
    if sent.case.faults:
        failed = [
            each["status"]
            for each in world.mailbox.requests
            if "import" in each["path"] and each["status"] >= 400
        ]
        parts.append(f"after {len(failed)} refusals and a broken connection")
    if outcome.get("tries", 1) > 1:
        parts.append(f"{outcome['tries']} tries")
    return "; ".join(parts)

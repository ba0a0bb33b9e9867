"""Mails sent, awaited and shown; long waits move the clock."""

import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local_cloud.command.table import aligned, size
from local_cloud.demo.cases import ALONE, COMMANDS, LABEL, MY, OUTAGE, RULES, TOGETHER, Case
from local_cloud.demo.judge import Sent, judge
from local_cloud.demo.operator import Operator
from local_cloud.deploy.seed import put_rule
from local_cloud.host.notification import Verdicts
from local_cloud.process.up import say
from local_cloud.process.world import World

CASE_SECONDS = 180.0
LOOK_SECONDS = 2.0
Problems = list[tuple[str, list[str]]]  # by the title of what was played


def play(world: World, table: str) -> Problems:
    """Sends the mails; returns what was wrong with the outcome of each."""
    for rule in RULES:
        put_rule(world.cloud, table, rule)
    first, *others = TOGETHER
    sent = [send(world, first)]
    settle(world, sent)
    say(f"first mail: {' '.join(ends(world, sent[0]))}")
    failed = add_rules(world, table)
    sent += [send(world, case) for case in others]
    settle(world, sent)
    for case in ALONE:
        for rule in case.rules:
            put_rule(world.cloud, table, rule)
        sent.append(send(world, case))
        settle(world, sent)
    mails = {mail["messageId"]: mail for mail in world.status()}
    judgements = {each.message_id: judge(world, each, mails[each.message_id]) for each in sent}
    show(world, sent, mails, judgements)
    return [("rules", failed), *((each.case.title, judgements[each.message_id]) for each in sent)]


def ends(world: World, sent: Sent) -> list[str]:
    """What became of a mail, for each recipient."""
    mails = (mail for mail in world.status() if mail["messageId"] == sent.message_id)
    return [
        f"{each['recipient']} {each['outcome']}, {each['detail']}, {total(mail, each)}"
        for mail in mails
        for each in mail["recipients"]
    ]


def add_rules(world: World, table: str) -> list[str]:
    """The operator's own rules, and the label that one of them gives; returns what failed."""
    assert world.mailbox.labels.make(MY, "Invoices") == LABEL
    operator = Operator(world, table)
    for command in COMMANDS:
        say(f"ses-mail {command}")
    with ThreadPoolExecutor() as pool:
        answers = pool.map(lambda command: operator.run(*shlex.split(command)), COMMANDS)
        return [problem for _, problems in answers for problem in problems]


def send(world: World, case: Case) -> Sent:
    raw = case.raw()
    for fault in case.faults:
        world.mailbox.faults.add(fault)
    received = world.inbound.receive(
        raw, case.sender, list(case.expected), Verdicts(dict(case.verdicts))
    )
    say(f"sent: {case.title} ({size(len(raw))})")
    return Sent(case, received.message_id)


def settle(world: World, sent: list[Sent]) -> None:
    """Waits until every mail has its outcome; the clock is moved to a retry that is hours away."""
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


def took(mail: dict[str, Any], stage: str) -> str:
    found = [each["seconds"] for each in mail["stages"] if each["stage"] == stage]
    return f"{sum(found):.2f} s" if found else "-"


def total(mail: dict[str, Any], outcome: dict[str, Any]) -> str:
    end = outcome.get("at") or max(each["at"] for each in mail["stages"])
    return f"{end - mail['receivedAt']:.2f} s"


def remark(world: World, sent: Sent, outcome: dict[str, Any]) -> str:
    parts = [str(outcome["detail"])]
    if sent.case.faults == OUTAGE:
        failed = [
            each["status"]
            for each in world.mailbox.requests
            if "import" in each["path"] and each["status"] >= 400
        ]
        parts.append(f"after {len(failed)} refusals and a broken connection")
    if outcome.get("tries", 1) > 1:
        parts.append(f"{outcome['tries']} tries")
    return "; ".join(parts)

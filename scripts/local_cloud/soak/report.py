"""The report of a soak: what went wrong by the plan, how long each stage took, each mail's end."""

import statistics
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from local_cloud.command.table import aligned
from local_cloud.host.journal import Mail as Received
from local_cloud.soak.account import Account
from local_cloud.soak.strikes import Played, Strikes

if TYPE_CHECKING:
    from local_cloud.soak.run import Soak


def show(made: "Soak", strikes: Strikes, redriven: dict[str, int], accounts: list[Account]) -> None:
    print(faults(strikes))
    print(stages(made))
    print(states(accounts))
    for queue, count in redriven.items():
        print(f"{count} dead letters of {queue} were redriven")
    for problem in made.problems:
        print(f"BAD {problem}", file=sys.stderr)
    for each in accounts:
        for problem in each.problems:
            name = f"mail {each.mail.name} ({each.mail.kind}, {each.message_id})"
            print(f"BAD {name}: {problem}", file=sys.stderr)
    print(summary(made, accounts))


def summary(made: "Soak", accounts: list[Account]) -> str:
    bad = sum(1 for each in accounts if each.problems)
    lost, twice = (sum(getattr(each, name) for each in accounts) for name in ("lost", "twice"))
    merged, repeated = (
        sum(getattr(each, name) for each in accounts) for name in ("merged", "repeated")
    )
    return (
        f"{len(accounts) - bad} of {made.count} mails accounted for, {lost} lost, {twice} twice"
        f" (seed {made.seed}); after unknown outcomes {merged} imports were repeated, and merged"
        f" by Gmail, and {repeated} reports"
    )


def faults(strikes: Strikes) -> str:
    """How often each fault was played, and what happened meanwhile."""
    by_name: dict[str, list[Played]] = {}
    for each in strikes.played:
        by_name.setdefault(each.spell.name, []).append(each)
    rows = [
        (
            name,
            str(len(played)),
            str(sum(each.spell.end - each.spell.start for each in played)),
            str(sum(each.deliveries for each in played)),
            str(sum(each.failed for each in played)),
            str(sum(each.struck for each in played)) if played[0].counts_requests else "-",
        )
        for name, played in sorted(by_name.items())
    ]
    titles = ("fault", "times", "for mails", "deliveries", "failed", "requests struck")
    return "\n" + aligned(titles, rows)


def stages(made: "Soak") -> str:
    rows = [
        (name, str(len(values)), *(f"{each * 1000:.0f} ms" for each in quantiles(values)))
        for name, values in seconds_by_stage(made.world.journal.mails()).items()
    ]
    return "\n" + aligned(("stage", "times", "median", "95 %", "longest"), rows)


def seconds_by_stage(mails: list[Received]) -> dict[str, list[float]]:
    """The durations of the functions, and of the whole way from a mail's arrival to its end."""
    found: dict[str, list[float]] = {}
    for mail in mails:
        for entry in mail.entries:
            found.setdefault(name_of(entry), []).append(entry["seconds"])
        has_failed = any(entry["problem"] is not None for entry in mail.entries)
        if mail.received and mail.entries and not has_failed:
            last = mail.entries[-1]
            whole = last["startedAt"] + last["seconds"] - mail.received["at"]
            found.setdefault("arrival to end, where no try failed", []).append(whole)
    return dict(sorted(found.items()))


def name_of(entry: dict[str, Any]) -> str:
    name = str(entry["function"]).removeprefix("ses-mail-").rpartition("-")[0]
    return name if entry["problem"] is None else f"{name}, failed"


def quantiles(values: list[float]) -> tuple[float, float, float]:
    """Median, 95 % and maximum."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]


def states(accounts: list[Account]) -> str:
    every: Counter[str] = Counter()
    for each in accounts:
        every += each.states
    rows = [(name, str(count)) for name, count in sorted(every.items())]
    return "\n" + aligned(("state, for each recipient and mailbox", "times"), rows) + "\n"

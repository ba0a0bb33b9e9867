"""The cost of a mail in time and money at each size of a function's memory."""

import math
from dataclasses import dataclass

from .compare import FIRST, WARM, Spread, measured
from .subjects import Subject

SIZES = [128, 256, 512]
#: us-east-1, x86, the first tier, as AWS's price list had it in May 2026.
DOLLARS_PER_GIGABYTE_SECOND = 0.0000166667


@dataclass(frozen=True)
class MemorySize:
    """The durations of events with one size of memory."""

    name: str
    megabytes: int
    first: Spread
    warm: Spread

    @property
    def dollars_per_million(self) -> float:
        """For a million warm events, each billed in whole milliseconds."""
        seconds = math.ceil(self.warm.median) / 1000
        return seconds * self.megabytes / 1024 * DOLLARS_PER_GIGABYTE_SECOND * 1_000_000


def sizes(subject: Subject, warm: int, rounds: int) -> list[MemorySize]:
    runs = {size: [measured(subject, size, warm) for _ in range(rounds)] for size in SIZES}
    return [
        MemorySize(
            subject.name,
            size,
            Spread([FIRST.of(one) for one in runs[size]]),
            Spread([WARM.of(one) for one in runs[size]]),
        )
        for size in SIZES
    ]


def markdown(measured_sizes: list[MemorySize]) -> str:
    lines = [
        "| a mail, ms | memory, MB | first event | warm event | a million warm events |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.name} | {one.megabytes} | {one.first} | {one.warm} "
        f"| ${one.dollars_per_million:.3f} |"
        for one in measured_sizes
    ]
    return "\n".join(lines) + "\n"


def per_mail(measured_sizes: list[MemorySize]) -> dict[int, float]:
    """Dollars for a million mails, each looked up and delivered by warm functions."""
    dollars = dict.fromkeys(SIZES, 0.0)
    for one in measured_sizes:
        if one.name != "bouncer":
            dollars[one.megabytes] += one.dollars_per_million
    return dollars


def waiting_that_favours_the_smallest(dollars: dict[int, float]) -> float:
    """Milliseconds; waits for a network are billed, and take as long with any memory."""
    smallest, *others = SIZES
    return max(
        0.0,
        *(
            (dollars[smallest] - dollars[size])
            / ((size - smallest) / 1024 * DOLLARS_PER_GIGABYTE_SECOND * 1000)
            for size in others
        ),
    )

"""Programs measured in turn, and the results as tables."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from .runtime import Run, run
from .subjects import Subject


@dataclass(frozen=True)
class Figure:
    """A number of a run, and its label."""

    label: str
    of: Callable[[Run], float]


TO_NEXT = Figure("exec to first `next`, ms", lambda one: one.to_next * 1e3)
TO_ANSWER = Figure("exec to first answer, ms", lambda one: one.to_answer * 1e3)
FIRST = Figure("first event, ms", lambda one: one.seconds[0] * 1e3)
FIRST_CPU = Figure("first event, ms of CPU", lambda one: one.cpu[0] * 1e3)
WARM = Figure("warm event, ms", lambda one: one.warm_seconds * 1e3)
WARM_CPU = Figure("warm event, ms of CPU", lambda one: one.warm_cpu * 1e3)
PEAK = Figure("peak memory, MiB", lambda one: one.peak_kib / 1024)
FIGURES = [TO_NEXT, TO_ANSWER, FIRST, FIRST_CPU, WARM, WARM_CPU, PEAK]


@dataclass(frozen=True)
class Spread:
    """The median of several measurements, with the smallest and the largest."""

    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{self.median:.2f} ({min(self.values):.2f} to {max(self.values):.2f})"


@dataclass(frozen=True)
class Comparison:
    """The rounds of each program: the function, the C program, and Python where it is there."""

    title: str
    runs: dict[str, list[Run]]

    def spread(self, program: int, figure: Figure) -> Spread:
        return Spread([figure.of(one) for one in list(self.runs.values())[program]])

    def ratio(self, program: int, to: int, figure: Figure) -> Spread:
        """The ratio of each round by itself: a slow moment of the machine meets both of its
        programs.
        """
        ours, theirs = self.spread(program, figure).values, self.spread(to, figure).values
        return Spread([one / other for one, other in zip(ours, theirs, strict=True)])

    def markdown(self) -> str:
        names = list(self.runs)
        heads = [*names, f"{names[0]} ÷ C"]
        if len(names) > 2:
            heads.append(f"Python ÷ {names[0]}")
        lines = [f"| {self.title} | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
        for figure in FIGURES:
            cells = [str(self.spread(program, figure)) for program in range(len(names))]
            cells.append(str(self.ratio(0, 1, figure)))
            if len(names) > 2:
                cells.append(str(self.ratio(2, 0, figure)))
            lines.append(f"| {figure.label} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"


def compare(
    title: str, subjects: list[Subject], megabytes: int | None, warm: int, rounds: int
) -> Comparison:
    runs: dict[str, list[Run]] = {subject.name: [] for subject in subjects}
    for _ in range(rounds):
        for subject in subjects:
            runs[subject.name].append(measured(subject, megabytes, warm))
    return Comparison(title, runs)


def measured(subject: Subject, megabytes: int | None, warm: int) -> Run:
    events = (subject.event(number) for number in range(warm + 1))
    return run(subject.command, subject.variables, events, megabytes)

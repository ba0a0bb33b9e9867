"""How many system calls and calls of AWS and Google a warm event takes."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from .compare import measured
from .peers import Peers
from .subjects import Subject


@dataclass(frozen=True)
class Counts:
    """System calls, and calls of AWS and Google, of one warm event."""

    name: str
    system_calls: float
    calls: float


def counts(subject: Subject, peers: Peers, warm: int) -> Counts:
    """What `warm` more events add. The process is traced, so its times mean nothing."""
    first = _traced(subject, peers, 1)
    more = _traced(subject, peers, 1 + warm)
    system_calls, calls = ((end - start) / warm for start, end in zip(first, more, strict=True))
    return Counts(subject.name, system_calls, calls)


def _traced(subject: Subject, peers: Peers, warm: int) -> tuple[int, int]:
    with tempfile.NamedTemporaryFile() as trace:
        # As a grandchild (-D), so that the process that is measured stays the one that was begun.
        tracer = ["strace", "-D", "-f", "-qq", "-o", trace.name]
        peers.calls()
        measured(replace(subject, command=[*tracer, *subject.command]), None, warm)
        return len(Path(trace.name).read_text().splitlines()), len(peers.calls())


def markdown(groups: list[tuple[str, list[Counts]]]) -> str:
    lines = [
        "| a warm event | program | system calls | calls of AWS and Google |",
        "|---|---|---:|---:|",
    ]
    lines += [
        f"| {title} | {one.name} | {one.system_calls:.0f} | {one.calls:.1f} |"
        for title, group in groups
        for one in group
    ]
    return "\n".join(lines) + "\n"

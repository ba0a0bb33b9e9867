"""What a mail costs in time, CPU and memory, beside a C program and Python, in one run.

Absolute times depend on the machine; the ratios do not. `python -m bench` prints the tables,
`python -m bench growth` writes docs/growth.md and its plot.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import growth
from .peers import Authority, Peers
from .runtime import Cap, Run, run
from .subjects import ROOT, RULES, Subject, Subjects

ROUNDS = 7
WARM_EVENTS = 60
MEGABYTES = 128


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ses-mail-bench-") as name:
        folder = Path(name)
        authority = Authority.make(folder)
        subjects = Subjects(folder, authority)
        if sys.argv[1:] == ["growth"]:
            growth.main(subjects, authority)
            return
        _router(subjects, authority)
        _handlers(subjects, authority)
        _memory_sizes(subjects, authority)
        for zipped in sorted((ROOT / "build").glob("*.zip")):
            print(f"{zipped.name}: {zipped.stat().st_size / 1e6:.2f} MB")


def _router(subjects: Subjects, authority: Authority) -> None:
    peers = Peers(authority, 1000, RULES)
    router = subjects.function("router-enrichment", peers.urls)
    floor = subjects.floor("router", subjects.router_calls(peers.urls), router)
    compared = [router, floor, subjects.python(peers.urls)]
    _table("Router over TLS, a whole CPU", compared, None)
    if Cap.is_possible():
        _table(f"Router over TLS, the CPU of {MEGABYTES} MB from the first next on", compared, 128)
    else:
        print("\nNo control group can be made here (root is needed): capped figures are left out")
    peers.stop()
    plain = Peers(None, 1000, RULES)
    router = subjects.function("router-enrichment", plain.urls)
    _table("Router over plain HTTP", [router, subjects.floor("echo", [], router)], None)
    plain.stop()


def _handlers(subjects: Subjects, authority: Authority) -> None:
    for label, size, warm in [
        ("20 KB", 20_000, 40),
        ("5 MB", 5_000_000, 5),
        ("40 MB", 40 << 20, 3),
    ]:
        peers = Peers(authority, size, RULES)
        forwarder = subjects.function("gmail-forwarder", peers.urls, "forward-to-gmail")
        calls = subjects.forwarder_calls(peers.urls, size)
        compared = [forwarder, subjects.floor(f"forwarder-{size}", calls, forwarder)]
        caps = [None, 128] if size == 20_000 and Cap.is_possible() else [None]
        for cap in caps:
            share = f", the CPU of {cap} MB" if cap else ""
            _table(
                f"Forwarder, {label}, over TLS{share}", compared, cap, warm, 5 if warm > 9 else 3
            )
        peers.stop()
    peers = Peers(authority, 1000, RULES)
    bouncer = subjects.function("bouncer", peers.urls, "bounce")
    floor = subjects.floor("bouncer", subjects.bouncer_calls(peers.urls), bouncer)
    _table("Bouncer over TLS", [bouncer, floor], None, 40, 5)
    peers.stop()


def _memory_sizes(subjects: Subjects, authority: Authority) -> None:
    if not Cap.is_possible():
        return
    print("\nA mail by memory size, ms (first, then warm), over TLS")
    for name, action, size in [
        ("router-enrichment", "", 1000),
        ("gmail-forwarder", "forward-to-gmail", 20_000),
        ("bouncer", "bounce", 1000),
    ]:
        peers = Peers(authority, size, RULES)
        subject = subjects.function(name, peers.urls, action)
        row = []
        for megabytes in (128, 256, 512):
            runs = _runs(subject, megabytes, 20, 3)
            first = statistics.median(one.seconds[0] for one in runs) * 1000
            warm = statistics.median(one.warm_seconds for one in runs) * 1000
            row.append(f"{megabytes} MB: {first:.1f}, {warm:.1f}")
        print(f"  {name:20} {'   '.join(row)}")
        peers.stop()


def _runs(subject: Subject, megabytes: int | None, warm: int, rounds: int) -> list[Run]:
    return [
        run(
            subject.command,
            subject.variables,
            (subject.event(number) for number in range(warm + 1)),
            megabytes,
        )
        for _ in range(rounds)
    ]


def _table(
    title: str,
    compared: list[Subject],
    megabytes: int | None,
    warm: int = WARM_EVENTS,
    rounds: int = ROUNDS,
) -> None:
    """Medians with the least and the most, and the ratio to the C program, which is the second."""
    # In turn, so that a slow moment of the machine meets all of them.
    everything: dict[str, list[Run]] = {subject.name: [] for subject in compared}
    for _ in range(rounds):
        for subject in compared:
            everything[subject.name] += _runs(subject, megabytes, warm, 1)
    print(f"\n{title}, {rounds} rounds")
    figures_of: list[tuple[str, float, Callable[[Run], float]]] = [
        ("exec to first next, ms", 1e3, lambda one: one.to_next),
        ("exec to first answer, ms", 1e3, lambda one: one.to_answer),
        ("first event, ms", 1e3, lambda one: one.seconds[0]),
        ("first event, ms of CPU", 1e3, lambda one: one.cpu[0]),
        ("warm event, ms", 1e3, lambda one: one.warm_seconds),
        ("warm event, ms of CPU", 1e3, lambda one: one.warm_cpu),
        ("peak memory, MiB", 1 / 1024, lambda one: one.peak_kib),
    ]
    for label, scale, value in figures_of:
        figures = {
            name: sorted(value(one) * scale for one in runs) for name, runs in everything.items()
        }
        floor = statistics.median(figures[compared[1].name])
        parts = []
        for name, values in figures.items():
            middle = statistics.median(values)
            ratio = f" = {middle / floor:.2f} x" if name != compared[1].name else ""
            parts.append(f"{name} {middle:.2f} ({values[0]:.2f} to {values[-1]:.2f}){ratio}")
        print(f"  {label:26} {';  '.join(parts)}")


if __name__ == "__main__":
    main()

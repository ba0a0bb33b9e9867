"""What a mail costs in time, CPU and memory, beside a C program and Python, in one run.

Absolute times depend on the machine; the ratios do not. `python -m bench` writes docs/bench.md and
the short table in README.md, `python -m bench growth` docs/growth.md and its plot.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from . import growth, report
from .compare import PEAK, compare, measured
from .counts import Counts, counts
from .memory import sizes
from .peers import Authority, Peers
from .report import Results
from .runtime import Cap
from .subjects import ROOT, RULES, Subject, Subjects

MEGABYTES = 128
#: Bytes, warm events and rounds: of a mail that is copied for seconds, three are enough.
MAILS = [("20 KB", 20_000, 40, 5), ("5 MB", 5_000_000, 5, 3), ("40 MB", 40 << 20, 2, 3)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ses-mail-bench-") as name:
        folder = Path(name)
        authority = Authority.make(folder)
        subjects = Subjects(folder, authority)
        if sys.argv[1:] == ["growth"]:
            growth.main(subjects, authority)
            return
        start = time.monotonic()
        if not Cap.is_possible():
            print("No control group can be made here (root is needed): nothing is capped")
        if not shutil.which("strace"):
            print("There is no strace here: system calls are not counted")
        results = Results()
        _router(subjects, authority, results)
        for label, size, warm, rounds in MAILS:
            _forwarder(subjects, authority, results, label, size, warm, rounds)
        _bouncer(subjects, authority, results)
        _memory(subjects, authority, results)
        for zipped in sorted((ROOT / "build").glob("*.zip")):
            results.zips[zipped.name] = zipped.stat().st_size
        report.write(results, time.monotonic() - start)


def _caps() -> list[int | None]:
    return [None, MEGABYTES] if Cap.is_possible() else [None]


def _share(megabytes: int | None) -> str:
    return f"the CPU of {megabytes} MB" if megabytes else "a whole CPU"


def _counts(results: Results, title: str, peers: Peers, subjects: list[Subject], warm: int) -> None:
    if shutil.which("strace"):
        group: list[Counts] = [counts(subject, peers, warm) for subject in subjects]
        results.counts.append((title, group))


def _router(subjects: Subjects, authority: Authority, results: Results) -> None:
    peers = Peers(authority, 1000, RULES)
    router = subjects.function("router-enrichment", peers.urls)
    floor = subjects.floor("router", router, peers)
    compared = [router, floor, subjects.python(peers.urls)]
    for cap in _caps():
        # Under the cap Python takes seconds for what the others do at once.
        warm = 30 if cap else 100
        results.add("router", compare(f"Router, TLS, {_share(cap)}", compared, cap, warm, 7), cap)
    _counts(results, "Router", peers, compared, 10)
    peers.stop()
    plain = Peers(None, 1000, RULES)
    router = subjects.function("router-enrichment", plain.urls)
    echo = subjects.echo(router)
    compared = [router, echo]
    results.add("plain", compare("Router, plain HTTP, C echoes", compared, None, 100, 9), None)
    plain.stop()


def _forwarder(
    subjects: Subjects,
    authority: Authority,
    results: Results,
    label: str,
    size: int,
    warm: int,
    rounds: int,
) -> None:
    peers = Peers(authority, size, RULES)
    forwarder = subjects.function("gmail-forwarder", peers.urls, "forward-to-gmail")
    compared = [forwarder, subjects.floor(f"forwarder-{size}", forwarder, peers)]
    for cap in _caps():
        title = f"Forwarder, {label}, TLS, {_share(cap)}"
        results.add(label, compare(title, compared, cap, warm, rounds), cap)
    _counts(results, f"Forwarder, {label}", peers, compared, min(warm, 10))
    if label == "40 MB":
        results.shares_of_curl = [
            growth.share_of_curl(forwarder, peers, authority) for _ in range(5)
        ]
    peers.stop()


def _bouncer(subjects: Subjects, authority: Authority, results: Results) -> None:
    peers = Peers(authority, 1000, RULES)
    bouncer = subjects.function("bouncer", peers.urls, "bounce")
    compared = [bouncer, subjects.floor("bouncer", bouncer, peers)]
    for cap in _caps():
        title = f"Bouncer, TLS, {_share(cap)}"
        results.add("bouncer", compare(title, compared, cap, 40, 5), cap)
    _counts(results, "Bouncer", peers, compared, 10)
    peers.stop()


def _memory(subjects: Subjects, authority: Authority, results: Results) -> None:
    small = Peers(authority, 40_000, RULES)
    forwarder = subjects.function("gmail-forwarder", small.urls, "forward-to-gmail")
    results.small_peaks = [PEAK.of(measured(forwarder, None, 3)) for _ in range(3)]
    small.stop()
    if not Cap.is_possible():
        return
    for name, action, size in [
        ("router-enrichment", "", 1000),
        ("gmail-forwarder", "forward-to-gmail", 20_000),
        ("bouncer", "bounce", 1000),
    ]:
        peers = Peers(authority, size, RULES)
        subject = subjects.function(name, peers.urls, action)
        results.memory += sizes(subject, 20, 3)
        peers.stop()


if __name__ == "__main__":
    main()

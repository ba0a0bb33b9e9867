"""How the cost grows with the mail, the recipients, the rules and the batch: docs/growth.md."""

import functools
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import events
from .compare import measured
from .peers import Authority, Peers
from .plot import Line, svg
from .runtime import Run, run
from .subjects import ROOT, RULES, Subject, Subjects

SIZES = [1_000, 10_000, 100_000, 1_000_000, 4_000_000, 6_000_000, 10_000_000, 40 << 20]
DOCUMENT = ROOT / "docs" / "growth.md"


@dataclass(frozen=True)
class Point:
    """What an event costs where x is the size that grows."""

    x: int
    milliseconds: float
    cpu: float
    peak_mib: float


def main(subjects: Subjects, authority: Authority) -> None:
    forwarder = [_forwarded(subjects, authority, size) for size in SIZES]
    recipients = [_routed(subjects, authority, count, 1) for count in (1, 3, 10, 30, 100)]
    rules = [_routed(subjects, authority, 1, count) for count in (1, 100, 10_000)]
    batch = [_batched(subjects, authority, count) for count in (1, 2, 5, 10)]
    share = _throughput(subjects, authority)
    DOCUMENT.parent.mkdir(exist_ok=True)
    plot = DOCUMENT.with_suffix(".svg")
    plot.write_text(
        svg(
            "A mail through the forwarder, by its size",
            "bytes of the mail",
            [
                Line("time, ms", [(point.x, point.milliseconds) for point in forwarder]),
                Line("CPU, ms", [(point.x, point.cpu) for point in forwarder]),
                Line("peak memory, MiB", [(point.x, point.peak_mib) for point in forwarder]),
            ],
        )
    )
    sections = [
        "# How the cost grows\n",
        "Written by `make bench-growth`: warm events over TLS with a whole CPU, medians. Absolute",
        "figures depend on the machine; what matters is how they grow.\n",
        f"![]({plot.name})\n",
        _table("Forwarder, bytes of the mail", forwarder),
        "Up to some 100 KB it is the calls (claim, fetch, import, done, delete), and then copying:",
        "TLS decrypts each byte, it goes to a file and from there through TLS again. From 5 MB on",
        "one more call opens the upload. Memory does not grow: a mail is never in it.\n",
        f"A mail of 40 MB has {share:.2f} of the throughput of `curl` downloading and uploading",
        "the same file.\n",
        _table("Router, recipients of one mail", recipients),
        "The keys grow (four a recipient, a hundred a call), and with them request and answer.\n",
        _table("Router, rules in the table", rules),
        "Rules that nobody asks for cost nothing: the look-up is by key.\n",
        _table("Forwarder, mails of 20 KB in a batch", batch),
        "Each mail costs the same; only the hand-over of the event is shared.\n",
    ]
    DOCUMENT.write_text("\n".join(sections))
    print(f"{DOCUMENT.relative_to(ROOT)} and {plot.name} are written")


def _forwarded(subjects: Subjects, authority: Authority, size: int) -> Point:
    peers = Peers(authority, size, RULES)
    subject = subjects.function("gmail-forwarder", peers.urls, "forward-to-gmail")
    point = _point(size, subject, subject.event, 3 if size > 5_000_000 else 10)
    peers.stop()
    return point


def _routed(subjects: Subjects, authority: Authority, recipients: int, rules: int) -> Point:
    table = RULES | {f"ROUTE#rule-{n}@example.com": "me@gmail.com" for n in range(rules - 1)}
    peers = Peers(authority, 1000, table)
    subject = subjects.function("router-enrichment", peers.urls)
    names = [f"user-{n}+tag@example.com" for n in range(recipients - 1)]
    event = functools.partial(events.router, recipients=["support@example.com", *names])
    point = _point(recipients if rules == 1 else rules, subject, event, 20)
    peers.stop()
    return point


def _batched(subjects: Subjects, authority: Authority, records: int) -> Point:
    peers = Peers(authority, 20_000, RULES)
    subject = subjects.function("gmail-forwarder", peers.urls, "forward-to-gmail")
    event = functools.partial(events.handler, action="forward-to-gmail", records=records)
    point = _point(records, subject, event, 10)
    peers.stop()
    return point


def _point(x: int, subject: Subject, event: Callable[[int], bytes], warm: int) -> Point:
    runs: list[Run] = [
        run(subject.command, subject.variables, (event(n) for n in range(warm + 1)))
        for _ in range(3)
    ]
    return Point(
        x,
        statistics.median(one.warm_seconds for one in runs) * 1e3,
        statistics.median(one.warm_cpu for one in runs) * 1e3,
        max(one.peak_kib for one in runs) / 1024,
    )


def _throughput(subjects: Subjects, authority: Authority) -> float:
    peers = Peers(authority, 40 << 20, RULES)
    subject = subjects.function("gmail-forwarder", peers.urls, "forward-to-gmail")
    share = statistics.median(share_of_curl(subject, peers, authority) for _ in range(5))
    peers.stop()
    return share


def share_of_curl(subject: Subject, peers: Peers, authority: Authority) -> float:
    """The throughput of a warm mail as a part of that of curl, one right after the other."""
    by_hand = _curl(peers.urls, authority)
    return by_hand / measured(subject, None, 2).warm_seconds


def _curl(urls: dict[str, str], authority: Authority) -> float:
    spool = authority.root.with_name("by-hand")
    # Without its Expect field, whose answer curl would wait for, a second long.
    options = ["curl", "--silent", "--fail", "--cacert", str(authority.root), "-H", "Expect:"]
    start = time.monotonic()
    subprocess.run([*options, "--output", str(spool), f"{urls['s3']}/mail"], check=True)
    upload = ["--upload-file", str(spool), f"{urls['gmail']}/upload", "--output", "/dev/null"]
    subprocess.run([*options, *upload], check=True)
    return time.monotonic() - start


def _table(title: str, points: list[Point]) -> str:
    lines = [f"| {title} | time, ms | CPU, ms | peak memory, MiB |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {point.x:,} | {point.milliseconds:.2f} | {point.cpu:.2f} | {point.peak_mib:.1f} |"
        for point in points
    ]
    return "\n".join(lines) + "\n"

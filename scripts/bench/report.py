"""The results: in full in docs/bench.md, in short in README.md."""

import statistics
from dataclasses import dataclass, field

from . import counts, memory
from .compare import FIRST, PEAK, TO_ANSWER, WARM_CPU, Comparison, Figure, Spread
from .counts import Counts
from .memory import DOLLARS_PER_GIGABYTE_SECOND, MemorySize
from .subjects import ROOT

DOCUMENT = ROOT / "docs" / "bench.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- written by make bench -->\n", "<!-- end of what make bench writes -->\n"


@dataclass
class Results:
    """Everything that is measured in one run."""

    comparisons: dict[tuple[str, bool], Comparison] = field(default_factory=dict)
    counts: list[tuple[str, list[Counts]]] = field(default_factory=list)
    memory: list[MemorySize] = field(default_factory=list)
    #: Peaks in MiB of the forwarder with mails of 40 KB.
    small_peaks: list[float] = field(default_factory=list)
    #: The throughput of a 40 MB mail as a part of curl's.
    shares_of_curl: list[float] = field(default_factory=list)
    zips: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, comparison: Comparison, cap: int | None) -> None:
        self.comparisons[name, cap is not None] = comparison
        print(comparison.markdown(), flush=True)

    @property
    def growth_mib(self) -> float:
        """How far the forwarder's peak with a mail of 40 MB is above that with 40 KB."""
        peak = self.comparisons["40 MB", False].spread(0, PEAK).median
        return peak - statistics.median(self.small_peaks)


def write(results: Results, seconds: float) -> None:
    DOCUMENT.parent.mkdir(exist_ok=True)
    gist = _gist(results)
    DOCUMENT.write_text(
        "\n".join(
            [
                "# What a mail costs\n",
                f"Written by `make bench`, here in {seconds:.0f} seconds. Medians, with the least",
                "and the most; a ratio is taken of each round by itself. The C program sends the",
                "requests that the function sends, byte for byte, through libcurl on connections",
                "that it opened before its first event, and answers as much; it neither parses,",
                "decides nor signs. Python is boto3 under `awslambdaric`. The cap is set when the",
                "first event is asked for. Absolute times depend on the machine; what matters are",
                "the ratios.\n",
                gist,
                *(comparison.markdown() for comparison in results.comparisons.values()),
                counts.markdown(results.counts) if results.counts else "",
                memory.markdown(results.memory) if results.memory else "",
                *(f"- {name}: {size / 1e6:.2f} MB" for name, size in results.zips.items()),
                "",
            ]
        )
    )
    before, rest = README.read_text().split(BEGIN)
    README.write_text(f"{before}{BEGIN}{gist}{END}{rest.split(END)[1]}")
    print(f"{gist}\n{DOCUMENT.relative_to(ROOT)} and the table in README.md are written")


def _gist(results: Results) -> str:
    is_capped = ("router", True) in results.comparisons
    lines = ["| over TLS | takes | ÷ C | Python ÷ it |", "|---|---:|---:|---:|"]
    if is_capped:
        lines += [
            _row(results, "router", True, TO_ANSWER, "router, exec to first answer, 128 MB", "ms"),
            _row(results, "router", True, FIRST, "router, first event alone, 128 MB", "ms"),
        ]
    lines.append(_row(results, "router", False, WARM_CPU, "router, CPU of a warm mail", "ms"))
    plain = "router, exec to first answer, plain HTTP"
    lines.append(_row(results, "plain", False, TO_ANSWER, plain, "ms"))
    if is_capped:
        first = "forwarder, first mail, 20 KB, 128 MB"
        lines.append(_row(results, "20 KB", True, FIRST, first, "ms"))
    warm = "forwarder, CPU of a warm mail, 20 KB"
    lines += [
        _row(results, "20 KB", False, WARM_CPU, warm, "ms"),
        _row(results, "bouncer", False, WARM_CPU, "bouncer, CPU of a warm mail", "ms"),
        _row(results, "router", False, PEAK, "router, peak memory", "MiB"),
        _row(results, "40 MB", False, PEAK, "forwarder, peak memory, 40 MB", "MiB"),
    ]
    text = "\n".join(lines) + "\n\n"
    text += (
        "For a mail of 40 MB the forwarder's peak memory is that for 40 KB "
        f"{results.growth_mib:+.1f} MiB;\nits throughput is {Spread(results.shares_of_curl)} "
        "of that of `curl` downloading and uploading the file.\n"
    )
    return text + (_by_memory(results.memory) if results.memory else "")


def _row(
    results: Results, name: str, is_capped: bool, figure: Figure, label: str, unit: str
) -> str:
    comparison = results.comparisons[name, is_capped]
    takes = comparison.spread(0, figure).median
    python = ""
    if len(comparison.runs) > 2:
        python = f"{comparison.ratio(2, 0, figure).median:.1f}"
    beside = comparison.ratio(0, 1, figure).median
    return f"| {label} | {takes:.2f} {unit} | {beside:.2f} | {python} |"


def _by_memory(measured: list[MemorySize]) -> str:
    lines = [
        "",
        "| first and warm mail, by memory | " + " | ".join(f"{s} MB" for s in memory.SIZES) + " |",
        "|---" + "|---:" * len(memory.SIZES) + "|",
    ]
    for name in dict.fromkeys(one.name for one in measured):
        cells = [
            f"{one.first.median:.1f} ms, {one.warm.median:.1f} ms"
            for one in measured
            if one.name == name
        ]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    dollars = memory.per_mail(measured)
    cells = [f"${dollars[size]:.3f}" for size in memory.SIZES]
    lines.append(f"| a million mails, forwarded | {' | '.join(cells)} |")
    waiting = memory.waiting_that_favours_the_smallest(dollars)
    condition = f" once a mail waits {waiting:.0f} ms" if waiting >= 1 else ""
    text = (
        f"\nThe price is ${DOLLARS_PER_GIGABYTE_SECOND:.10f} a GB-second "
        "(us-east-1, x86, May 2026), for CPU only: here\n"
        "nothing waits for a network. AWS bills that too, at the price of the memory that waits, "
        f"so\n{memory.SIZES[0]} MB cost the least{condition}.\n"
    )
    return "\n".join(lines) + "\n" + text

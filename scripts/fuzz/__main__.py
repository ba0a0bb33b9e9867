"""`python -m fuzz`: a table of all targets, and status 1 where one of them has failed."""

import argparse
import concurrent.futures
import os
import shutil
import sys

from .mails import check_outputs
from .target import WORK, Result, Target, targets


def main() -> None:
    options = _options()
    all_targets = targets(os.environ.get("SES_MAIL_TEST_DATA"))
    unknown = set(options.names) - {target.name for target in all_targets}
    if unknown:
        sys.exit(f"There is no target {', '.join(sorted(unknown))}; see {WORK}")
    chosen = [t for t in all_targets if not options.names or t.name in options.names]
    seconds = options.seconds / len(chosen) * options.jobs if options.seconds else None
    print(f"{'target':<16} {'inputs':>11} {'a second':>9} {'corpus':>7} {'edges':>6}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda target: _run(target, options, seconds), chosen))
    print(f"{'all':<16} {sum(result.inputs for result in results):>11,}")
    failures = [failure for result in results for failure in result.failures]
    sys.exit("\n\n".join(failures) if failures else 0)


def _run(target: Target, options: argparse.Namespace, seconds: float | None) -> Result:
    result = target.fuzz(options.runs, seconds)
    if not result.failures:
        result.failures += check_outputs(target.outputs())
    if options.growth and not result.failures:
        result.failures += target.growth()
    print(
        f"{target.name:<16} {result.inputs:>11,} {result.rate:>9,} {result.corpus:>7,} "
        f"{result.edges:>6,}{'  FAILED' if result.failures else ''}",
        flush=True,
    )
    return result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz.sh")
    parser.add_argument("--runs", type=int, default=1_000_000, help="inputs for each target")
    parser.add_argument("--seconds", type=float, help="the time for all targets, in place of runs")
    parser.add_argument("--jobs", type=int, default=1, help="how many targets run side by side")
    parser.add_argument("--growth", action="store_true", help="check that time grows linearly")
    parser.add_argument("names", nargs="*", metavar="TARGET")
    return parser.parse_args()


if __name__ == "__main__":
    shutil.rmtree(WORK, ignore_errors=True)
    main()

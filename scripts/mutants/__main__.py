"""Puts each fault of the list into a copy of the sources, and looks whether the tests notice it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mutants.mutant import Mutant, NamedTest, Problem, read_all, table
from mutants.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mutants.md"


def main(names: list[str]) -> int:
    everything = read_all(ROOT)
    unknown = set(names) - {mutant.name for mutant in everything}
    if unknown:
        raise Problem(f"No fault is called {', '.join(sorted(unknown))}.")
    chosen = [mutant for mutant in everything if not names or mutant.name in names]
    workshop = Workshop(ROOT)
    workshop.refresh()
    print(
        f"Building {len(chosen)} faults one after another, in a copy of the sources …", flush=True
    )
    check_clean(workshop, chosen)
    missed = [mutant for mutant in chosen if not is_caught(workshop, mutant)]
    if missed:
        print(f"{len(missed)} of {len(chosen)} faults: no test of theirs noticed them.")
        return 1
    print(f"All {len(chosen)} faults were noticed.")
    PAGE.write_text(table(everything))
    return 0


def check_clean(workshop: Workshop, mutants: list[Mutant]) -> None:
    """Without a fault everything compiles, and all named tests are there and pass."""
    errors = workshop.build()
    if errors:
        raise Problem(f"Without a fault the sources do not compile:\n{errors}")
    by_environment: dict[tuple[tuple[str, str], ...], dict[str, NamedTest]] = {}
    for mutant in mutants:
        tests = by_environment.setdefault(tuple(mutant.environment.items()), {})
        tests.update({test.id: test for test in mutant.tests})
    for environment, tests in by_environment.items():
        workshop.test(tests.values(), dict(environment)).check_clean(tests.values())


def is_caught(workshop: Workshop, mutant: Mutant) -> bool:
    """Tries one fault, and prints a line about it."""
    started = time.monotonic()
    clean = workshop.break_source(mutant)
    try:
        errors = workshop.build()
        if errors:
            reason: str | None = f"it does not compile:\n{errors}"
        else:
            reason = workshop.test(mutant.tests, mutant.environment).missed(mutant.tests)
    finally:
        workshop.mend_source(mutant, clean)
    verdict = reason or "noticed by: " + "; ".join(test.sentence for test in mutant.tests)
    seconds = time.monotonic() - started
    mark = "MISSED" if reason else "ok"
    print(f"{mark:6} {seconds:4.0f} s  {mutant.name}: {mutant.breaks} — {verdict}", flush=True)
    return reason is None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(str(problem))

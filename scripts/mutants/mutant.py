"""One fault: what it breaks, the change of the source, and the tests that must notice it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "Tests/Mutants"
TEST = re.compile(r'(\w+\.[\w/]+) "(.+)"')


class Problem(Exception):
    """A sentence that says what is wrong with the list, and what to do."""


@dataclass(frozen=True)
class NamedTest:
    """A test of Swift by its identifier, `Module.Suite/function`, and its sentence."""

    id: str
    sentence: str

    @property
    def filter(self) -> str:
        """The expression for `swift test --filter` that chooses this test alone."""
        return f"^{re.escape(self.id)}\\("


@dataclass(frozen=True)
class Mutant:
    """A fault, as a patch file describes it."""

    name: str
    breaks: str
    tests: tuple[NamedTest, ...]
    path: str
    # Lines as they are, and with the fault in them.
    hunks: tuple[tuple[str, str], ...]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def module(self) -> str:
        return self.path.split("/")[1]

    def applied(self, source: str) -> str:
        """The source with the fault in it."""
        for old, new in self.hunks:
            count = source.count(old)
            if count != 1:
                raise Problem(
                    f"The fault {self.name} does not apply: {self.path} has the lines that it "
                    f"changes {count} times, not once. Make the patch anew."
                )
            source = source.replace(old, new)
        return source


def read(file: Path) -> Mutant:
    """Reads a patch file: a sentence, lines of `Test:` and `Environment:`, and a unified diff."""
    head, _, diff = file.read_text().partition("--- a/")
    lines = head.splitlines()
    path = diff.partition("\n")[0]
    hunks = tuple(map(sides, re.split(r"^@@ .*\n", diff, flags=re.MULTILINE)[1:]))
    mutant = Mutant(
        name=file.stem,
        breaks=lines[0] if lines else "",
        tests=tuple(named(file, value) for value in values(lines, "Test")),
        path=path,
        hunks=hunks,
        environment=dict(value.split("=", 1) for value in values(lines, "Environment")),
    )
    if not (mutant.breaks.endswith(".") and mutant.tests and path.startswith("Sources/") and hunks):
        raise Problem(
            f"{file.name} needs a sentence in its first line, a line Test: for each test that must "
            "fail, and a diff of one file of Sources."
        )
    return mutant


def values(lines: list[str], name: str) -> list[str]:
    return [line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")]


def named(file: Path, value: str) -> NamedTest:
    match = TEST.fullmatch(value)
    if not match:
        raise Problem(f'{file.name} names a test as {value}, not as Module.Suite/function "…".')
    return NamedTest(match[1], match[2])


def sides(hunk: str) -> tuple[str, str]:
    """The lines of a hunk before and after the change."""
    lines = hunk.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    return old, "".join(line[1:] for line in lines if line[0] in " +")


def read_all(root: Path) -> list[Mutant]:
    """All faults, in the order of their modules and names; each applies to the sources."""
    mutants = [read(file) for file in (root / FOLDER).rglob("*.patch")]
    for mutant in mutants:
        source = root / mutant.path
        if not source.is_file():
            raise Problem(f"The fault {mutant.name} changes {mutant.path}, which is not there.")
        mutant.applied(source.read_text())
    return sorted(mutants, key=lambda mutant: (mutant.module, mutant.name))


def table(mutants: list[Mutant]) -> str:
    """The page of the list."""
    rows = "".join(
        f"| {mutant.module} | {mutant.breaks} | {caught_by(mutant)} |\n" for mutant in mutants
    )
    modules = len({mutant.module for mutant in mutants})
    return f"""# Faults that the tests notice

`make mutants` puts each of these {len(mutants)} faults, in {modules} modules, into a copy of the
sources, one at a time, and runs the named tests: each must fail. It writes this page. The faults
are patches in `{FOLDER}`; CONTRIBUTING.md says how to add one.

| module | fault | noticed by |
|---|---|---|
{rows}"""


def caught_by(mutant: Mutant) -> str:
    tests = "; ".join(f"`{test.id}`: {test.sentence}" for test in mutant.tests)
    given = ", ".join(f"`{name}={value}`" for name, value in mutant.environment.items())
    return f"{tests} ({given})" if given else tests

"""A copy of the sources, in which faults are built and tested."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mutants.mutant import Mutant, NamedTest, Problem

# A test that a fault keeps from ending is ended after this time.
LONGEST_SECONDS = 600


@dataclass
class Outcome:
    """What a run of tests told of itself."""

    # The sentence of each test that began, by its identifier.
    began: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    # False where the process died or was killed.
    is_whole: bool = False

    @classmethod
    def read(cls, stream: str) -> Outcome:
        """Reads the event stream of Swift Testing."""
        outcome = cls()
        sentences: dict[str, str] = {}
        # A process that is killed may leave half a line.
        for line in stream.splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            record = json.loads(line)
            payload = record["payload"]
            if record["kind"] == "test":
                sentences[payload["id"]] = payload.get("displayName", payload["name"])
                continue
            test = payload.get("testID", "")
            match payload["kind"]:
                case "testStarted" if "(" in test:
                    outcome.began[bare(test)] = sentences[test]
                case "issueRecorded" if not payload["issue"]["isKnown"]:
                    outcome.failed.add(bare(test))
                case "runEnded":
                    outcome.is_whole = True
        return outcome

    def missed(self, tests: Iterable[NamedTest]) -> str | None:
        """Why the tests did not notice a fault; None where exactly they failed."""
        if not self.is_whole:
            return "the tests died of it, or did not end"
        sleeping = [test.sentence for test in tests if test.id not in self.failed]
        return f"not noticed by: {'; '.join(sleeping)}" if sleeping else None

    def check_clean(self, tests: Iterable[NamedTest]) -> None:
        """Demands that all of the tests ran, with their sentences, and passed."""
        if not self.is_whole:
            raise Problem("Without a fault the tests died, or did not end.")
        problems = [sentence for test in tests if (sentence := self.problem(test))]
        if problems:
            raise Problem("\n".join(problems))

    def problem(self, test: NamedTest) -> str | None:
        """Why the test cannot be expected to notice anything."""
        sentence = self.began.get(test.id)
        if sentence is None:
            return f"No test is called {test.id}. Name the test that replaced it."
        if sentence != test.sentence:
            return f"The test {test.id} says: {sentence}. The list says otherwise."
        if test.id in self.failed:
            return f"Without a fault this test fails: {sentence} ({test.id})."
        return None


def bare(test: str) -> str:
    """`Module.Suite/function(argument:)/File.swift:1:2` without arguments and place."""
    return test.partition("(")[0]


class Workshop:
    """The copy, below `build`. The checkout itself is only read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "build" / "mutants"
        self._tree = self._folder / "tree"

    def refresh(self) -> None:
        """Makes the copy equal to the checkout. A file that is equal keeps its time."""
        listed = self._command(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], self._root
        )
        wanted = {path for path in listed.split("\0") if (self._root / path).is_file()}
        for path in wanted:
            source, copy = self._root / path, self._tree / path
            if not copy.is_file() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(source.read_bytes())
                copy.chmod(source.stat().st_mode)
        for folder in ("Sources", "Tests"):
            for copy in (self._tree / folder).rglob("*"):
                if copy.is_file() and str(copy.relative_to(self._tree)) not in wanted:
                    copy.unlink()

    def build(self) -> str | None:
        """Builds program and tests; the errors where that fails."""
        command = ["swift", "build", "--build-tests"]
        run = subprocess.run(command, cwd=self._tree, capture_output=True, text=True)
        errors = re.findall(r"^.*error: .*$", run.stdout, flags=re.MULTILINE)
        if run.returncode == 0:
            return None
        return "\n".join(dict.fromkeys(errors)) or run.stdout[-2000:] + run.stderr[-2000:]

    def test(self, tests: Iterable[NamedTest], environment: dict[str, str]) -> Outcome:
        """Runs these tests of what was built last."""
        stream = self._folder / "events.jsonl"
        stream.unlink(missing_ok=True)
        command = ["swift", "test", "--skip-build", "--disable-xctest"]
        for test in tests:
            command += ["--filter", test.filter]
        command += ["--event-stream-output-path", str(stream), "--event-stream-version", "0"]
        with (self._folder / "output.txt").open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=self._tree,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                process.wait(LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return Outcome.read(stream.read_text() if stream.exists() else "")

    def break_source(self, mutant: Mutant) -> str:
        """Puts the fault into the copy, and answers the source without it."""
        source = self._tree / mutant.path
        clean = source.read_text()
        source.write_text(mutant.applied(clean))
        return clean

    def mend_source(self, mutant: Mutant, clean: str) -> None:
        (self._tree / mutant.path).write_text(clean)

    @staticmethod
    def _command(command: list[str], folder: Path) -> str:
        return subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True
        ).stdout

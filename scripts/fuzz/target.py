"""One target of the fuzzer: its seeds, its run, and what is done with its corpus afterwards."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "fuzz"
PROGRAM = ROOT / ".build-fuzz" / "release" / "Fuzz"

#: Bytes. A mail of 1 MB is not read otherwise than one of 4 KB, only more slowly.
LONGEST_INPUT = 4096
#: Of the corpus, what Python reads back, and what is made larger.
SAMPLE = 400
GROWTH_SAMPLE = 40
LIMITS = [
    f"-max_len={LONGEST_INPUT}",
    "-timeout=10",
    "-rss_limit_mb=1024",
    "-malloc_limit_mb=256",
]


@dataclass
class Result:
    inputs: int = 0
    rate: int = 0
    corpus: int = 0
    edges: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Target:
    name: str

    @property
    def folder(self) -> Path:
        return WORK / self.name

    def fuzz(self, runs: int, seconds: float | None) -> Result:
        corpus = self.folder / "corpus"
        corpus.mkdir()
        # Always the same inputs in the same order, of which a time limit takes the first.
        limit = f"-max_total_time={max(1, round(seconds))}" if seconds else f"-runs={runs}"
        options = [limit, "-seed=1", "-print_final_stats=1", f"-dict={self.folder}/dictionary"]
        status, text = self._run([*options, str(corpus), str(self.folder / "seeds")])
        result = Result(corpus=len(list(corpus.iterdir())))
        for name, pattern in [
            ("inputs", r"number_of_executed_units:\s*(\d+)"),
            ("rate", r"average_exec_per_sec:\s*(\d+)"),
            ("edges", r".*cov: (\d+)"),
        ]:
            found = re.findall(pattern, text)
            setattr(result, name, int(found[-1]) if found else 0)
        if status != 0:
            result.failures.append(self._failure(text))
        return result

    def outputs(self) -> list[bytes]:
        """What the target writes for a sample of its corpus."""
        folder = self.folder / "outputs"
        folder.mkdir()
        self._run(self._sample(SAMPLE), FUZZ_OUTPUT=str(folder))
        return [file.read_bytes() for file in sorted(folder.iterdir())]

    def growth(self) -> list[str]:
        """The failures of a sample of the corpus, each input made larger twice."""
        # For no bytes a target takes the inputs of its own that can grow.
        (self.folder / "nothing").write_bytes(b"")
        files = [str(self.folder / "nothing"), *self._sample(GROWTH_SAMPLE)]
        status, text = self._run(["-timeout=120", *files], FUZZ_GROWTH="1")
        return [self._failure(text)] if status != 0 else []

    def _sample(self, count: int) -> list[str]:
        # Their names are digests: the first of them are a fair choice, and always the same.
        files = sorted((self.folder / "seeds").iterdir())
        files += sorted((self.folder / "corpus").iterdir())
        return [str(file) for file in files[:count]]

    def _run(self, arguments: list[str], **mode: str) -> tuple[int, str]:
        environment = {
            **os.environ,
            **mode,
            "FUZZ_TARGET": self.name,
            # Swift's own handler of signals would keep libFuzzer from writing the input.
            "SWIFT_BACKTRACE": "enable=no",
            "SWIFT_DETERMINISTIC_HASHING": "1",
        }
        command = [str(PROGRAM), *LIMITS, f"-artifact_prefix={self.folder}/", *arguments]
        run = subprocess.run(command, env=environment, capture_output=True, check=False)
        text = (run.stderr + run.stdout).decode(errors="replace")
        (self.folder / "log").write_text(text)
        return run.returncode, text

    def _failure(self, text: str) -> str:
        words = re.findall(r"Fatal error: .*|ERROR: libFuzzer: .*|Running: .*", text)
        artifacts = re.findall(r"Test unit written to (\S+)", text)
        again = (
            f"SWIFT_BACKTRACE=enable=no FUZZ_TARGET={self.name} {PROGRAM.relative_to(ROOT)} "
            f"{' '.join(artifacts)}"
        )
        return "\n".join([f"{self.name}:", *words[-2:], f"To run it again: {again}"])


def targets(test_data: str | None) -> list[Target]:
    """All targets, with their seeds written: their own, and the mails of the test data."""
    environment = {**os.environ, "FUZZ_PREPARE": str(WORK)}
    subprocess.run([str(PROGRAM)], env=environment, check=True)
    mails = sorted(Path(test_data, "mail").glob("*.eml")) if test_data else []
    found = []
    for folder in sorted(path for path in WORK.iterdir() if path.is_dir()):
        if (folder / "takes-mails").exists():
            for mail in mails:
                shutil.copy(mail, folder / "seeds")
        found.append(Target(folder.name))
    return found

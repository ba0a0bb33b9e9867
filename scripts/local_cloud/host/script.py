"""The script of a runbook's step, run by a Python process of its own as the runbook's role."""

import json
import os
import subprocess
import sys
from typing import Any

from local_cloud import REGION
from local_cloud.connection.aws import Cloud

# QUIRK: Python sleeps until a moment of the monotonic clock, which libfaketime does not support.
RUN = """
import json, sys, threading, time
time.sleep = threading.Event().wait
given = json.load(sys.stdin)
exec(compile(given["script"], "customer_script.py", "exec"))
print("\\n" + json.dumps(globals()[given["handler"]](given["payload"], None)))
"""
TAIL = 2000


class ScriptFailed(RuntimeError):
    """The reason why the step did not succeed, and the step's status."""

    def __init__(self, message: str, status: str = "Failed") -> None:
        super().__init__(message)
        self.status = status


class Script:
    """One step's script in a process of its own."""

    def __init__(self, handler: str, text: str, role: Cloud, clock: dict[str, str]) -> None:
        self._handler = handler
        self._text = text
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                "PATH": os.environ["PATH"],
                **role.environment(),
                "AWS_DEFAULT_REGION": REGION,
                **clock,
            },
        )

    def run(self, payload: Any, seconds: float) -> dict[str, Any]:
        given = {"handler": self._handler, "script": self._text, "payload": payload}
        try:
            said, complained = self._process.communicate(json.dumps(given), seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise ScriptFailed(f"It ran for {seconds:g} seconds", "TimedOut") from None
        if self._process.returncode:
            raise ScriptFailed(in_words(complained))
        answer: Any = json.loads(said.splitlines()[-1])
        return answer if isinstance(answer, dict) else {}

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def in_words(complained: str) -> str:
    """The traceback as Systems Manager shows it: `ValueError - why` in its last line."""
    lines = complained[-TAIL:].strip().splitlines()
    kind, _, why = lines[-1].partition(": ") if lines else ("The script ended", "", "")
    return "\n".join([*lines[:-1], "", f"{kind} - {why}" if why else kind])

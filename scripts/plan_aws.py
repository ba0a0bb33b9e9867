"""Requests to AWS by its command line, which an operator has; and refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NoReturn

REFUSED = 3


def refuse(*sentences: str, status: int = REFUSED) -> NoReturn:
    print(" ".join(sentences), file=sys.stderr)
    raise SystemExit(status)


def ask(region: str, *command: str, missing: str | None = None) -> dict[str, Any]:
    """The answer, or an empty one where AWS answers that the thing is `missing`."""
    aws = ["aws", *command, "--region", region, "--output", "json"]
    done = subprocess.run(aws, capture_output=True, text=True)
    if done.returncode != 0:
        if missing and missing in done.stderr:
            return {}
        refuse(f"AWS did not answer aws {command[0]} {command[1]}: {done.stderr.strip()}")
    answer: dict[str, Any] = json.loads(done.stdout or "{}")
    return answer

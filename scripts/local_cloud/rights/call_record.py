"""The record of what a world and its copies have used and been refused, in files that outlive them.

Each process appends to a file of its own in one folder, a line for whatever is new; reading the
folder merges the worlds. A refusal that a test brings about on purpose carries that test's name.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local_cloud.gate.policy import Request

Grant = tuple[str, str, str]  # owner, statement, action


class CallRecord:
    """The record of this process."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.deliberate: str | None = None
        self._known: set[tuple[str, ...]] = set()

    def used(self, grant: Grant, request: Request) -> None:
        """Records the grant once for each resource."""
        if (*grant, request.resource) not in self._known:
            self._known.add((*grant, request.resource))
            self._write({"used": [*grant], "by": asdict(request)})

    def refused(self, who: str, message: str) -> None:
        self._write({"refused": message, "by": who, "deliberate": self.deliberate})

    def _write(self, line: dict[str, Any]) -> None:
        if self.folder is not None:
            with (self.folder / f"{os.getpid()}.jsonl").open("a") as file:
                file.write(json.dumps(line) + "\n")


RECORD = CallRecord()

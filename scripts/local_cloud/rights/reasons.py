"""The reasons in Terraform for granting an action that no test uses.

A comment `# Unused in tests: WHY` in a statement, before its actions, is about all of them; at the
end of an action's own line, or on a line of its own above that, it is about that action. Lines of
comment that follow continue it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local_cloud import ROOT

MODULE = ROOT / "terraform" / "modules" / "ses-mail"
ACCOUNT = MODULE.parents[1] / "account"
MARK = "Unused in tests:"
SID = re.compile(r'^\s*sid\s*=\s*"(\w+)"')
DOCUMENT = re.compile(r'^data "aws_iam_policy_document"')
STATEMENT = re.compile(r'^\s*(statement|dynamic "statement"|content)\s*\{')
DENIAL = re.compile(r'^\s*effect\s*=\s*"Deny"')
ACTION = re.compile(r'"([a-z0-9-]+:[A-Za-z*]+)"')
Key = tuple[str, str]  # statement, action


@dataclass
class Policies:
    """All statements that allow: their actions, and the reasons beside them."""

    actions: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[Key, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def of_deployed() -> Policies:
    """The policies of all that Terraform deploys, without the operator's, which has no owner."""
    module = [path for path in MODULE.glob("*.tf") if path.name != "operator.tf"]
    return read([*module, *ACCOUNT.glob("*.tf")])


def read(paths: Iterable[Path]) -> Policies:
    policies = Policies()
    for path in sorted(paths):
        Reader(policies, path.name).read(path.read_text())
    return policies


class Reader:
    """Reads the statements and comments of one Terraform file."""

    def __init__(self, policies: Policies, name: str) -> None:
        self._policies = policies
        self._name = name
        self._sid: str | None = None
        self._about_all: str | None = None
        self._inside = self._is_denial = False

    def read(self, text: str) -> None:
        lines = iter(text.splitlines())
        for line in lines:
            comment = self._reason(line)
            if not self._is_inside(line):
                if comment is not None:
                    self._about_all = comment
            elif STATEMENT.match(line):
                self._forget()
            elif found := SID.match(line):
                self._sid = found.group(1)
            elif DENIAL.match(line):
                self._is_denial = True
            elif comment is not None:
                self._about_all = comment
            elif line.lstrip().startswith("#") and self._about_all is not None:
                self._about_all += " " + line.strip(" #")
            elif re.match(r"\s*actions\s*=", line):
                self._read_actions(line, lines)
        self._forget()

    def _forget(self) -> None:
        if self._about_all is not None:
            self._policies.problems.append(
                f"{self._name} has a reason without actions after it: {self._about_all}"
            )
        self._sid, self._about_all, self._is_denial = None, None, False

    def _is_inside(self, line: str) -> bool:
        """Whether the line belongs to a policy document."""
        if DOCUMENT.match(line) or line == "}":
            self._forget()
            self._inside = line != "}"
        return self._inside

    def _read_actions(self, first: str, lines: Iterator[str]) -> None:
        if self._sid is None:
            self._policies.problems.append(f"{self._name} has a statement without sid: {first}")
        elif self._sid in self._policies.actions:
            self._policies.problems.append(f"two statements are called {self._sid}")
        if self._sid is None or self._is_denial:
            return
        line, about_one = first, None
        while True:
            code, _, comment = line.partition("#")
            reason = self._reason(f"#{comment}") if comment else None
            found = ACTION.findall(code)
            if not found and comment:
                about_one = reason if reason is not None else f"{about_one} {comment.strip()}"
            for action in found:
                said = (reason, about_one, self._about_all)
                self._note(action, next((each for each in said if each is not None), None))
            if found:
                about_one = None
            if "]" in code:
                self._about_all = None
                return
            line = next(lines)

    def _note(self, action: str, reason: str | None) -> None:
        sid = str(self._sid)
        self._policies.actions.setdefault(sid, []).append(action)
        if reason is not None:
            self._policies.reasons[sid, action] = reason
            if not reason:
                self._policies.problems.append(f"no reason is given beside {action} ({sid})")

    @staticmethod
    def _reason(line: str) -> str | None:
        comment = line.strip().removeprefix("#").strip()
        if not line.strip().startswith("#") or not comment.startswith(MARK):
            return None
        return comment.removeprefix(MARK).strip()

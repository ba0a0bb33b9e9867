"""Which of the actions that a role was granted has any call used?

Per role and statement, by the action as the policy writes it: `grants` lists those of every role
that there is, with how often an allowed call went by it.
"""

from collections import Counter
from typing import Any

from local_cloud.gate.policy import Document, Request, applies, as_list, glob

Grant = tuple[str, str, str]  # role, statement, action


class Usage:
    def __init__(self) -> None:
        self._calls: Counter[Grant] = Counter()

    def note(self, role: str, documents: list[Document], request: Request) -> None:
        """An allowed request: every statement that would have allowed it counts as used."""
        for document in documents:
            for statement, action in actions(document):
                if glob(action, request.action, fold_case=True) and applies(statement, request):
                    self._calls[role, name(statement), action] += 1

    def grants(self, roles: dict[str, list[Document]]) -> list[dict[str, Any]]:
        granted = {
            (role, name(statement), action)
            for role, documents in roles.items()
            for document in documents
            for statement, action in actions(document)
        }
        return [
            {"role": role, "statement": statement, "action": action, "calls": self._calls[each]}
            for each in sorted(granted)
            for role, statement, action in [each]
        ]


def actions(document: Document) -> list[tuple[Document, str]]:
    """Each action that is allowed, with its statement."""
    return [
        (statement, action)
        for statement in as_list(document.get("Statement"))
        if statement.get("Effect") == "Allow"
        for action in as_list(statement.get("Action"))
    ]


def name(statement: Document) -> str:
    return str(statement.get("Sid") or "-")

"""Which of the actions that a policy grants any call has used.

Per owner (a role, or the resource whose policy it is) and statement, by the action as the policy
writes it: `grants` lists all that is granted, how often an allowed call went by it, and the last
such call.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from local_cloud.gate.policy import Document, Request, applies, as_list, glob
from local_cloud.rights.call_record import RECORD, Grant


class Usage:
    """The calls that went by each grant, in this process."""

    def __init__(self) -> None:
        self._calls: Counter[Grant] = Counter()
        self._witness: dict[Grant, Request] = {}

    def note(self, owner: str, documents: list[Document], request: Request) -> None:
        """After an allowed request, every statement that would have allowed it counts as used."""
        for document in documents:
            for statement, action in actions(document):
                if glob(action, request.action, fold_case=True) and applies(statement, request):
                    grant = owner, name(statement), action
                    self._calls[grant] += 1
                    self._witness[grant] = request
                    RECORD.used(grant, request)

    def grants(self, owners: dict[str, list[Document]]) -> list[dict[str, Any]]:
        granted = {
            (owner, name(statement), action)
            for owner, documents in owners.items()
            for document in documents
            for statement, action in actions(document)
        }
        return [
            {
                "owner": each[0],
                "statement": each[1],
                "action": each[2],
                "calls": self._calls[each],
                "lastCall": asdict(self._witness[each]) if each in self._witness else None,
            }
            for each in sorted(granted)
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


USAGE = Usage()

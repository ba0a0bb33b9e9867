"""Answers of a moment ago: IAM's changes, and DynamoDB's where no consistent read is requested.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
"""

import json
from random import Random
from typing import Any

from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.refusal import Refusal, of_permission

SECONDS = {"iam": 3.0, "dynamodb": 1.0}
READS = ("Get", "List")
TABLE_READS = ("GetItem", "Query", "Scan", "BatchGetItem")
MAXIMUM_KEPT = 500


class Past:
    """The latest answers to each request, and the users that are new."""

    def __init__(self) -> None:
        self._now = ACTIVITY.clock.now  # moving the clock over hours counts as waiting for hours
        self._answers: dict[str, tuple[float, Answer]] = {}
        self._users: dict[str, float] = {}

    def keep(self, call: ApiCall, answer: Answer) -> None:
        if (call.service, answer[0]) == ("iam", 200):
            user = str(call.parameters.get("UserName", ""))
            if call.operation == "CreateUser":
                self._users[user] = self._now()
            if call.operation == "DeleteUser":
                self._forget(user)
        if is_read(call):
            self._answers.pop(question(call), None)
            self._answers[question(call)] = (self._now(), answer)
            while len(self._answers) > MAXIMUM_KEPT:
                del self._answers[next(iter(self._answers))]

    def _forget(self, user: str) -> None:
        """A deleted user is gone at once, or roles would be refused because it has no tags any
        longer.
        """
        self._users.pop(user, None)
        for asked in [each for each in self._answers if is_about(user, each)]:
            del self._answers[asked]

    def answer(self, call: ApiCall) -> Answer | None:
        """The answer to the same request some seconds ago, if there was one."""
        moment, answer = self._answers.get(question(call), (0.0, None))
        if answer is None or not is_read(call) or self._now() - moment > SECONDS[call.service]:
            return None
        return answer

    def is_new_user(self, call: ApiCall) -> bool:
        """Whether the call is about a user who may not be known everywhere yet.

        A deletion always finds it: after a refusal nobody could tell a user that is left behind
        from none.
        """
        if call.service != "iam" or call.operation.startswith(("CreateUser", "Delete")):
            return False
        made = self._users.get(str(call.parameters.get("UserName", "")))
        return made is not None and self._now() - made < SECONDS["iam"]


def refused_for_new_user(call: ApiCall, has_role: bool, chance: Random) -> Answer:
    """The user is unknown; to a role, whose rights go by tags, it may also seem to have no tags
    yet.
    """
    user = call.parameters["UserName"]
    unknown = Refusal(404, "NoSuchEntity", f"The user with name {user} cannot be found.")
    untagged = of_permission(call.protocol, f"not authorized to perform: iam:{call.operation}")
    return chance.choice([unknown, untagged] if has_role else [unknown]).encoded(call.protocol)


def is_read(call: ApiCall) -> bool:
    if call.service == "iam":
        return call.operation.startswith(READS)
    return (
        call.service == "dynamodb"
        and call.operation in TABLE_READS
        and not is_consistent(call.parameters)
    )


def is_consistent(parameters: dict[str, Any]) -> bool:
    tables = parameters.get("RequestItems", {}).values()
    return bool(parameters.get("ConsistentRead")) or any(
        each.get("ConsistentRead") for each in tables
    )


def question(call: ApiCall) -> str:
    return f"{call.operation} {json.dumps(call.parameters, sort_keys=True, default=str)}"


def is_about(user: str, asked: str) -> bool:
    return json.dumps(user) in asked or asked.startswith("ListUsers ")

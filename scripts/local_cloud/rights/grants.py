"""The judgement on rights: whether everything that a policy grants is used.

What no call of any world has used needs a reason beside the statement in Terraform; what is used,
or is not granted, needs none.
"""

from collections.abc import Iterable
from typing import Any

from local_cloud.rights.call_record import Grant
from local_cloud.rights.reasons import Policies


def problems(
    granted: list[dict[str, Any]], policies: Policies, used_elsewhere: Iterable[Grant] = ()
) -> list[str]:
    """`granted` is the list of the route `grants`; `used_elsewhere` is what the world's copies
    used.
    """
    used = set(used_elsewhere) | {grant_of(each) for each in granted if each["calls"]}
    unused = {grant_of(each) for each in granted} - used
    explained = {(statement, action) for _, statement, action in unused}
    return [
        *policies.problems,
        *(
            f"{text(grant)} is not one of Terraform's statements"
            for grant in sorted({grant_of(each) for each in granted})
            if grant[2] not in policies.actions.get(grant[1], ())
        ),
        *(
            f"{text(grant)} was not used, and no comment beside it says why it is granted"
            for grant in sorted(unused)
            if grant[1:] not in policies.reasons
        ),
        *(
            f"{action} ({statement}) is used or not granted: remove the comment beside it"
            for statement, action in policies.reasons
            if (statement, action) not in explained
        ),
    ]


def grant_of(listed: dict[str, Any]) -> Grant:
    return listed["owner"], listed["statement"], listed["action"]


def text(grant: Grant) -> str:
    owner, statement, action = grant
    return f"{owner}: {action} ({statement})"

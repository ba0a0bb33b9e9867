"""The operator, whom `ses-mail` acts as: a role with Terraform's `operator_policy`.

What its commands were refused, and what no command of a run has needed of the policy, are problems.
"""

import json
from pathlib import Path

from local_cloud import ACCOUNT, OPERATOR
from local_cloud.connection.aws import Cloud
from local_cloud.rights import grants, reasons
from local_cloud.rights.calls import Calls
from local_cloud.rights.reasons import MODULE, Policies
from local_cloud.rights.usage import actions, name

SOURCE = MODULE / "operator.tf"
DOCUMENT = "operator-policy.json"  # in the work folder
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    },
}


def admit(cloud: Cloud, document: str, work: Path) -> None:
    """Makes the role, and keeps its policy for the judgement on the run."""
    (work / DOCUMENT).write_text(document)
    iam = cloud.client("iam")
    iam.create_role(RoleName=OPERATOR, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=OPERATOR, PolicyName=OPERATOR, PolicyDocument=document)


def problems(work: Path) -> list[str]:
    """What the commands of the run in this folder have shown to be wrong with the policy."""
    calls = Calls.read(work)
    document = json.loads((work / DOCUMENT).read_text())
    granted = [
        {"owner": OPERATOR, "statement": name(statement), "action": action, "calls": 0}
        for statement, action in actions(document)
    ]
    written = reasons.read(MODULE.glob("*.tf"))
    policies = Policies(written.actions, reasons.read([SOURCE]).reasons, written.problems)
    return [*calls.refused_to(OPERATOR), *grants.problems(granted, policies, calls.used)]

"""What the table and IAM hold for a credential, compared with what is expected."""

from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local_cloud.connection.aws import Cloud

PARTITION = "SMTP_USER"
ATTEMPTS = 20


@dataclass(frozen=True)
class Holdings:
    """What the table and IAM hold, read with the operator's key at one moment."""

    row: dict[str, Any] | None = None
    timers: list[dict[str, Any]] = field(default_factory=list)
    users: dict[str, dict[str, str]] = field(default_factory=dict)  # ARN → tags
    keys: dict[str, str] = field(default_factory=dict)  # id → Active or Inactive
    policies: list[dict[str, Any]] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)  # one a user; "" is none

    def is_nothing(self) -> bool:
        return self == Holdings()


class Observer:
    """Looks at one credential of a deployment."""

    def __init__(self, cloud: Cloud, table: str, username: str) -> None:
        self._database, self._iam = cloud.client("dynamodb"), cloud.client("iam")
        self._table, self._username = table, username

    def look(self) -> Holdings:
        """What is there now. Where something disappears meanwhile, the look is repeated."""
        for _ in range(ATTEMPTS):
            try:
                return self._look_once()
            except self._iam.exceptions.NoSuchEntityException:
                continue
        return self._look_once()

    def _look_once(self) -> Holdings:
        names = [
            user["UserName"]
            for page in self._iam.get_paginator("list_users").paginate()
            for user in page["Users"]
            if user["UserName"].startswith(f"ses-smtp-user-{self._username}-")
        ]
        rows = {row["SK"]: row for row in self._rows()}
        return Holdings(
            rows.get(f"USER#{self._username}"),
            [row for key, row in rows.items() if key.startswith(f"RETIRE#{self._username}#")],
            dict(self._user(name) for name in names),
            {
                key["AccessKeyId"]: key["Status"]
                for name in names
                for key in self._iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
            },
            [policy for name in names for policy in self._policies(name)],
            [self._boundary(name) for name in names],
        )

    def _rows(self) -> list[dict[str, Any]]:
        answer = self._database.query(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :partition",
            ExpressionAttributeValues={":partition": {"S": PARTITION}},
        )
        plain = TypeDeserializer().deserialize
        return [{name: plain(value) for name, value in row.items()} for row in answer["Items"]]

    def _user(self, name: str) -> tuple[str, dict[str, str]]:
        user = self._iam.get_user(UserName=name)["User"]
        return user["Arn"], {tag["Key"]: tag["Value"] for tag in user.get("Tags", [])}

    def _boundary(self, name: str) -> str:
        user = self._iam.get_user(UserName=name)["User"]
        return str(user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""))

    def _policies(self, name: str) -> list[dict[str, Any]]:
        """Everything that permits the user anything, including what should not be there."""
        inline = [
            self._iam.get_user_policy(UserName=name, PolicyName=each)["PolicyDocument"]
            for each in self._iam.list_user_policies(UserName=name)["PolicyNames"]
        ]
        attached = self._iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]
        groups = self._iam.list_groups_for_user(UserName=name)["Groups"]
        every: list[dict[str, Any]] = inline + attached + groups
        return every


@dataclass(frozen=True)
class Expected:
    """An existing credential: its row's status, its keys, the addresses it may send from."""

    status: str
    senders: list[str]
    current_key: str = "Active"
    other_keys: dict[str, str] = field(default_factory=dict)

    def problems(self, held: Holdings) -> list[str]:
        row = held.row
        if row is None:
            return ["there is no row"]
        found = []
        if row["status"] != self.status:
            found.append(f"status is {row['status']}, error {row.get('error_message', 'none')!r}")
        if list(held.users) != [row.get("iam_user_arn")]:
            found.append(f"IAM has {list(held.users)}, the row names {row.get('iam_user_arn')}")
        keys = {str(row.get("access_key_id")): self.current_key} | self.other_keys
        if held.keys != keys:
            found.append(f"the keys are {held.keys}, should be {keys}")
        if held.policies != [sending_policy(held.policies, self.senders)]:
            found.append(f"the policies are {held.policies}")
        if [":policy/ses-mail-smtp-boundary-" in each for each in held.boundaries] != [True]:
            found.append(f"the permissions boundaries are {held.boundaries}")
        return found


def sending_policy(policies: list[dict[str, Any]], senders: list[str]) -> dict[str, Any]:
    """The one policy that must be there; a statement's Sid does not matter."""
    statements = policies[0].get("Statement") if policies else None
    first = statements[0] if isinstance(statements, list) and statements else {}
    return {
        "Version": "2012-10-17",
        "Statement": [
            ({"Sid": first["Sid"]} if "Sid" in first else {})
            | {
                "Effect": "Allow",
                "Action": "ses:SendRawEmail",
                "Resource": "*",
                "Condition": {"StringLike": {"ses:FromAddress": senders}},
            }
        ],
    }

"""What an operator does after the apply: Gmail tokens in SSM, and rules in the routing table.

`aws ssm put-parameter --name … --value "$(cat token.json)" --type SecureString --overwrite`
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from local_cloud.connection.aws import Cloud
from local_cloud.host.function import Function
from local_cloud.mailbox.accounts import Accounts

OWNER = "owner@gmail.com"  # the mailbox of the token without a name
MAILBOXES = ("me@gmail.com", "family@gmail.com")
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789.-")


def parameter_suffix(mailbox: str) -> str:
    """A mailbox in the characters that SSM allows: `me@gmail.com` → `me_40gmail.com`."""
    return "".join(
        chr(byte) if byte in PLAIN else f"_{byte:02x}" for byte in mailbox.lower().encode()
    )


def token_parameter(functions: dict[str, Function]) -> str | None:
    """The parameter from which the deployed forwarder reads its token."""
    for function in functions.values():
        variables = function.config.get("Environment", {}).get("Variables", {})
        if "GMAIL_TOKEN_PARAMETER" in variables:
            return str(variables["GMAIL_TOKEN_PARAMETER"])
    return None


def put_tokens(cloud: Cloud, accounts: Accounts, parameter: str) -> None:
    put_token(cloud, parameter, accounts.add(OWNER).token_file())
    for mailbox in MAILBOXES:
        put_token(
            cloud, f"{parameter}/{parameter_suffix(mailbox)}", accounts.add(mailbox).token_file()
        )


def put_token(cloud: Cloud, parameter: str, token_file: dict[str, Any]) -> None:
    cloud.client("ssm").put_parameter(
        Name=parameter, Value=json.dumps(token_file), Type="SecureString", Overwrite=True
    )


def row(key: str, kind: str, now: datetime, **attributes: Any) -> dict[str, Any]:
    """A row of the routing table, in DynamoDB's own form."""
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {
        "PK": key,
        "SK": "RULE#v1",
        "entity_type": kind,
        "created_at": moment,
        "updated_at": moment,
        **attributes,
    }
    return {name: TypeSerializer().serialize(value) for name, value in values.items()}


@dataclass(frozen=True)
class Rule:
    """A rule of the routing table. `more` are attributes beside those of the simplest rule."""

    recipient: str
    action: str
    target: str = ""
    description: str = ""
    enabled: bool = True
    more: dict[str, Any] = field(default_factory=dict)

    def item(self, now: datetime) -> dict[str, Any]:
        return row(
            f"ROUTE#{self.recipient}",
            "ROUTE",
            now,
            recipient=self.recipient,
            action=self.action,
            target=self.target,
            enabled=self.enabled,
            description=self.description,
            **self.more,
        )


@dataclass(frozen=True)
class Sender:
    """A sender, or all of a domain (`*@example.com`), whom `verdict` blocks or allows."""

    pattern: str
    verdict: str

    def item(self, now: datetime) -> dict[str, Any]:
        return row(f"SENDER#{self.pattern}", "SENDER", now, verdict=self.verdict, enabled=True)


def put_rule(cloud: Cloud, table: str, rule: Rule | Sender) -> None:
    cloud.client("dynamodb").put_item(
        TableName=table, Item=rule.item(datetime.fromtimestamp(cloud.clock(), UTC))
    )


def routing_table(functions: dict[str, Function]) -> str | None:
    for function in functions.values():
        variables = function.config.get("Environment", {}).get("Variables", {})
        if "DYNAMODB_TABLE_NAME" in variables:
            return str(variables["DYNAMODB_TABLE_NAME"])
    return None

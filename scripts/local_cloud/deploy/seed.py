"""What an operator does after the apply: Gmail tokens in SSM, and rules in the routing table.

`aws ssm put-parameter --name … --value "$(cat token.json)" --type SecureString --overwrite`
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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


@dataclass(frozen=True)
class Rule:
    """One row of the routing table."""

    recipient: str
    action: str
    target: str = ""
    description: str = ""
    enabled: bool = True

    def item(self, now: datetime) -> dict[str, Any]:
        moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "PK": {"S": f"ROUTE#{self.recipient}"},
            "SK": {"S": "RULE#v1"},
            "entity_type": {"S": "ROUTE"},
            "recipient": {"S": self.recipient},
            "action": {"S": self.action},
            "target": {"S": self.target},
            "enabled": {"BOOL": self.enabled},
            "created_at": {"S": moment},
            "updated_at": {"S": moment},
            "description": {"S": self.description},
        }


def put_rule(cloud: Cloud, table: str, rule: Rule) -> None:
    cloud.client("dynamodb").put_item(
        TableName=table, Item=rule.item(datetime.fromtimestamp(cloud.clock(), UTC))
    )


def routing_table(functions: dict[str, Function]) -> str | None:
    for function in functions.values():
        variables = function.config.get("Environment", {}).get("Variables", {})
        if "DYNAMODB_TABLE_NAME" in variables:
            return str(variables["DYNAMODB_TABLE_NAME"])
    return None

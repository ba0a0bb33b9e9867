"""The manual's commands do what it says, typed into a shell as they are there.

The real `aws`, with a profile `ses-mail` as an administrator has one.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud import ADMINISTRATOR_KEY, ADMINISTRATOR_SECRET, REGION
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.tests.deployment import make_storage
from local_cloud.tests.functions import policy

TABLE, ALIAS = "ses-email-routing-test", "alias/ses-mail-smtp-credentials-test"
KEY = {"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john.doe"}}
DOCUMENT = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "smtp_password": "BHdSG/+=example"}

PUT = """
AWS_PROFILE=ses-mail aws dynamodb put-item \\
  --table-name ses-email-routing-test \\
  --item '{
    "PK": {"S": "SMTP_USER"},
    "SK": {"S": "USER#john.doe"},
    "status": {"S": "pending"},
    "description": {"S": "John Doe email sending access"},
    "allowed_from_addresses": {"L": [
      {"S": "john.doe@example.com"},
      {"S": "*@marketing.example.com"}
    ]},
    "entity_type": {"S": "smtp_credential"}
  }'
"""
GET = """
AWS_PROFILE=ses-mail aws dynamodb get-item \\
  --table-name ses-email-routing-test \\
  --key '{"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john.doe"}}' \\
  --output json
"""
DECRYPT = """
ENCRYPTED_PASSWORD=$(AWS_PROFILE=ses-mail aws dynamodb get-item \\
  --table-name ses-email-routing-test \\
  --key '{"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john.doe"}}' \\
  --query 'Item.encrypted_password.S' \\
  --output text)

AWS_PROFILE=ses-mail aws kms decrypt \\
  --key-id alias/ses-mail-smtp-credentials-test \\
  --ciphertext-blob fileb://<(echo "$ENCRYPTED_PASSWORD" | base64 -d) \\
  --query 'Plaintext' \\
  --output text | base64 -d
"""
DISABLE = """
AWS_PROFILE=ses-mail aws dynamodb update-item \\
  --table-name ses-email-routing-test \\
  --key '{"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john.doe"}}' \\
  --update-expression "SET #status = :disabled" \\
  --expression-attribute-names '{"#status": "status"}' \\
  --expression-attribute-values '{":disabled": {"S": "disabled"}}'
"""
DELETE = """
AWS_PROFILE=ses-mail aws dynamodb delete-item \\
  --table-name ses-email-routing-test \\
  --key '{"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john.doe"}}'
"""


class Shell:
    """An administrator's shell."""

    def __init__(self, cloud: Cloud, home: Path) -> None:
        config, secrets = home / "config", home / "credentials"
        config.write_text(
            f"[profile ses-mail]\nregion = {REGION}\nendpoint_url = {cloud.endpoint}\n"
            f"ca_bundle = {cloud.authority}\n"
        )
        secrets.write_text(
            f"[ses-mail]\naws_access_key_id = {ADMINISTRATOR_KEY}\n"
            f"aws_secret_access_key = {ADMINISTRATOR_SECRET}\n"
        )
        self._environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": str(secrets),
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __call__(self, script: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def shell(cloud: Cloud, tmp_path: Path) -> Shell:
    make_storage(cloud)
    return Shell(cloud, tmp_path)


def row(cloud: Cloud) -> dict[str, Any]:
    answer = cloud.client("dynamodb").get_item(TableName=TABLE, Key=KEY)
    found: dict[str, Any] = answer.get("Item", {})
    return found


def test_the_rows_life(shell: Shell, cloud: Cloud) -> None:
    shell(PUT)
    assert row(cloud)["status"] == {"S": "pending"}
    assert json.loads(shell(GET))["Item"] == row(cloud)
    shell(DISABLE)
    assert row(cloud)["status"] == {"S": "disabled"}
    shell(DELETE)
    assert row(cloud) == {}


def test_the_password_is_decrypted(shell: Shell, cloud: Cloud) -> None:
    kms = cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
    blob = kms.encrypt(KeyId=ALIAS, Plaintext=json.dumps(DOCUMENT))["CiphertextBlob"]
    encrypted = {"S": base64.b64encode(blob).decode()}
    cloud.client("dynamodb").put_item(TableName=TABLE, Item=KEY | {"encrypted_password": encrypted})
    assert json.loads(shell(DECRYPT)) == DOCUMENT


def test_a_key_sends_from_listed_addresses_while_it_is_active(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    cloud.client("ses").verify_domain_identity(Domain="example.com")
    iam.create_user(UserName="john")
    sending = {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": "*",
        "Condition": {"StringLike": {"ses:FromAddress": ["*@news.example.com"]}},
    }
    iam.put_user_policy(UserName="john", PolicyName="p", PolicyDocument=policy(sending))
    key = iam.create_access_key(UserName="john")["AccessKey"]
    john = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    client = cloud.called_with(john).client("ses")

    def send(sender: str) -> None:
        raw = {"Data": f"From: {sender}\r\nTo: a@b.example\r\n\r\nHi\r\n"}
        client.send_raw_email(Source=sender, Destinations=["a@b.example"], RawMessage=raw)

    send("any@news.example.com")
    with pytest.raises(ClientError, match="AccessDenied"):
        send("any@example.com")
    iam.update_access_key(UserName="john", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        send("any@news.example.com")


def test_a_user_that_has_keys_is_not_deleted(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="john")
    key = iam.create_access_key(UserName="john")["AccessKey"]["AccessKeyId"]
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_user(UserName="john")
    iam.delete_access_key(UserName="john", AccessKeyId=key)
    iam.delete_user(UserName="john")

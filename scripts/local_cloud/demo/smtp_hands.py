"""What an administrator and a mail client do with a credential, and what they are answered."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local_cloud import REGION
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.demo.smtp_holdings import PARTITION, Holdings
from local_cloud.process.world import World
from local_cloud.smtp.password import decrypted, smtp_password

SENT, DENIED, UNKNOWN_KEY = "sent", "AccessDenied", "InvalidClientTokenId"


class Administrator:
    """Writes rows as the manual describes, with the operator's key."""

    def __init__(self, cloud: Cloud, table: str) -> None:
        self._database, self._iam = cloud.client("dynamodb"), cloud.client("iam")
        self._table = table

    def put(self, username: str, senders: list[str]) -> None:
        self._database.put_item(
            TableName=self._table,
            Item={
                **row_key(username),
                "status": {"S": "pending"},
                "description": {"S": f"{username} email sending access"},
                "allowed_from_addresses": addresses(senders),
                "entity_type": {"S": "smtp_credential"},
            },
        )

    def set(self, username: str, name: str, value: dict[str, Any]) -> None:
        self._database.update_item(
            TableName=self._table,
            Key=row_key(username),
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )

    def delete(self, username: str) -> None:
        self._database.delete_item(TableName=self._table, Key=row_key(username))

    def free(self, user: str) -> None:
        """Leaves the IAM user as versions before the permissions boundary made it."""
        self._iam.delete_user_permissions_boundary(UserName=user)


class MailClient:
    """Knows the secrets of keys, to send with them and to judge passwords, and discloses them to
    nobody.
    """

    def __init__(self, world: World, kms_key: str) -> None:
        self._world, self._kms_key = world, kms_key
        self.secrets: set[str] = set()

    def password_problems(self, held: Holdings) -> list[str]:
        row = held.row or {}
        document = decrypted(
            self._world.cloud, self._kms_key, str(row.get("encrypted_password", ""))
        )
        key = str(row.get("access_key_id"))
        password = smtp_password(self._secret(key), REGION)
        self.secrets.add(password)
        wanted = {"access_key_id": key, "smtp_password": password}
        wrong = {name for name in wanted | document if wanted.get(name) != document.get(name)}
        return [f"wrong in the decrypted password: {sorted(wrong)}"] if wrong else []

    def sending_problems(self, key: str, wanted: dict[str, str]) -> list[str]:
        """`wanted` has the answer that SES must give for each address."""
        client = self.client(key, "ses")
        found = []
        for address, expected in wanted.items():
            raw = f"From: {address}\r\nTo: friend@remote.example\r\nSubject: Hi\r\n\r\nHi\r\n"
            said = outcome(
                client.send_raw_email,
                Source=address,
                Destinations=["friend@remote.example"],
                RawMessage={"Data": raw.encode()},
            )
            if said != expected:
                found.append(f"sending from {address}: {said}, should be {expected}")
        return found

    def client(self, key: str, service: str) -> Any:
        credentials = Credentials(key, self._secret(key))
        return self._world.cloud.called_with(credentials).client(service)

    def _secret(self, key: str) -> str:
        secret = str(self._world.moto.ask(f"secret?key={key}"))
        self.secrets.add(secret)
        return secret


def outcome(call: Callable[..., Any], **arguments: Any) -> str:
    """`sent`, or the error code of AWS's refusal."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return SENT


def row_key(username: str) -> dict[str, Any]:
    return {"PK": {"S": PARTITION}, "SK": {"S": f"USER#{username}"}}


def addresses(senders: list[str]) -> dict[str, Any]:
    return {"L": [{"S": each} for each in senders]}

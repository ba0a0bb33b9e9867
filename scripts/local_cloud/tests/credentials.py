"""Users who may send by SMTP, and how a mail client logs in as one of them."""

import json
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local_cloud import ACCOUNT, REGION
from local_cloud.deploy.seed import put_tokens
from local_cloud.process.world import World
from local_cloud.smtp.password import smtp_password
from local_cloud.tests.functions import TOKEN

USER = "ses-smtp-user-john-1"
ARN = f"arn:aws:iam::{ACCOUNT}:user/{USER}"


@dataclass(frozen=True)
class Credential:
    """A user's key, with its secret and the password that a mail client is given."""

    key: str
    secret: str

    @property
    def password(self) -> str:
        return smtp_password(self.secret, REGION)


def connect_gmail(world: World) -> None:
    """Lets the forwarder import: the mailbox's token is where it looks for it."""
    put_tokens(world.cloud, world.mailbox.accounts, TOKEN)


def sending(patterns: list[str]) -> str:
    """The policy that the credential manager writes for a list of senders."""
    statement = {
        "Effect": "Allow",
        "Action": "ses:SendRawEmail",
        "Resource": "*",
        "Condition": {"StringLike": {"ses:FromAddress": patterns}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make(world: World, *patterns: str, boundary: list[str] | None = None) -> Credential:
    """The user, who may send from these addresses, within this boundary."""
    iam = world.cloud.client("iam")
    limit = {}
    if boundary is not None:
        policy = iam.create_policy(PolicyName="boundary", PolicyDocument=sending(boundary))
        limit = {"PermissionsBoundary": policy["Policy"]["Arn"]}
    iam.create_user(UserName=USER, **limit)
    iam.put_user_policy(UserName=USER, PolicyName="senders", PolicyDocument=sending(list(patterns)))
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    return Credential(key["AccessKeyId"], key["SecretAccessKey"])


def client(world: World, server: str) -> smtplib.SMTP:
    host, _, port = world.smtp.addresses[server].partition(":")
    if server == "tls":
        context = world.moto.authority.client_context()
        return smtplib.SMTP_SSL(host, int(port), context=context, timeout=60)
    return smtplib.SMTP(host, int(port), timeout=60)


@contextmanager
def logged_in(world: World, credential: Credential) -> Iterator[smtplib.SMTP]:
    with client(world, "starttls") as asked:
        asked.starttls(context=world.moto.authority.client_context())
        asked.login(credential.key, credential.password)
        yield asked


def text_of(refusal: smtplib.SMTPResponseException) -> str:
    """The words of a refusal without its code."""
    words = refusal.smtp_error
    return words if isinstance(words, str) else words.decode("ascii")

"""boto3 clients of the emulated AWS: one endpoint, signed requests."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.auth
from botocore.config import Config

from local_cloud import ADMINISTRATOR_KEY, ADMINISTRATOR_SECRET, REGION, SPARED

CONFIG = Config(
    retries={"max_attempts": 1},
    max_pool_connections=32,
    connect_timeout=5,
    read_timeout=70,
    s3={"addressing_style": "path"},
    user_agent_extra=SPARED,
)
LOCK = threading.Lock()
SESSION = boto3.session.Session()  # loads each service model once
SIGNING = threading.local()  # the clock of the request that is being signed


def signing_time(remove_tzinfo: bool = True) -> datetime:
    moment = datetime.fromtimestamp(getattr(SIGNING, "clock", time.time)(), UTC)
    return moment.replace(tzinfo=None) if remove_tzinfo else moment


botocore.auth.get_current_datetime = signing_time


@dataclass(frozen=True)
class Credentials:
    """An access key; by default the administrator's."""

    access_key_id: str = ADMINISTRATOR_KEY
    secret_access_key: str = ADMINISTRATOR_SECRET
    session_token: str | None = None


@dataclass(frozen=True)
class Cloud:
    """An emulated AWS as one caller sees it: endpoint, authority of its certificate, credentials,
    and the clock there (the machine's or a world's).
    """

    endpoint: str
    authority: Path
    credentials: Credentials = Credentials()
    clock: Callable[[], float] = time.time

    def client(self, service: str, region: str = REGION) -> Any:
        with LOCK:  # a session makes one client at a time
            client = SESSION.client(
                service,
                endpoint_url=self.endpoint,
                verify=str(self.authority),
                region_name=region,
                config=CONFIG,
                aws_access_key_id=self.credentials.access_key_id,
                aws_secret_access_key=self.credentials.secret_access_key,
                aws_session_token=self.credentials.session_token,
            )
        client.meta.events.register("before-sign", self._begin_signing)
        return client

    def _begin_signing(self, **_: Any) -> None:
        """The administrator is outside the world, and signs by the machine's clock."""
        is_outside = self.credentials.access_key_id == ADMINISTRATOR_KEY
        SIGNING.clock = time.time if is_outside else self.clock

    def assume(self, role_arn: str, session_name: str) -> "Cloud":
        answer = self.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName=session_name[:64], DurationSeconds=43200
        )["Credentials"]
        return self.called_with(
            Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
        )

    def environment(self) -> dict[str, str]:
        """The variables by which a program calls this AWS as this caller; they name no region."""
        token = self.credentials.session_token
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CA_BUNDLE": str(self.authority),
            "AWS_ACCESS_KEY_ID": self.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_access_key,
            **({"AWS_SESSION_TOKEN": token} if token else {}),
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def called_with(self, credentials: Credentials) -> "Cloud":
        return replace(self, credentials=credentials)

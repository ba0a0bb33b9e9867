"""How does the host call the emulated AWS? boto3 clients with one endpoint and signed requests."""

import threading
from dataclasses import dataclass
from typing import Any

import boto3
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


@dataclass(frozen=True)
class Credentials:
    access_key_id: str = ADMINISTRATOR_KEY
    secret_access_key: str = ADMINISTRATOR_SECRET
    session_token: str | None = None


@dataclass(frozen=True)
class Cloud:
    """One endpoint, and who is calling."""

    endpoint: str
    credentials: Credentials = Credentials()

    def client(self, service: str) -> Any:
        with LOCK:  # a session makes one client at a time
            return SESSION.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                config=CONFIG,
                aws_access_key_id=self.credentials.access_key_id,
                aws_secret_access_key=self.credentials.secret_access_key,
                aws_session_token=self.credentials.session_token,
            )

    def assume(self, role_arn: str, session_name: str) -> "Cloud":
        answer = self.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName=session_name[:64], DurationSeconds=43200
        )["Credentials"]
        return Cloud(
            self.endpoint,
            Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]),
        )

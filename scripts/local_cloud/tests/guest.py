"""A caller that meets the weather and repeats nothing."""

from typing import Any

from botocore.config import Config

from local_cloud import REGION
from local_cloud.connection.aws import SESSION, Credentials
from local_cloud.process.moto_process import MotoProcess

ANYBODY = Credentials()
CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def guest(moto: MotoProcess, service: str, who: Credentials = ANYBODY) -> Any:
    return SESSION.client(
        service,
        endpoint_url=moto.endpoint,
        verify=str(moto.authority.certificate),
        region_name=REGION,
        config=CONFIG,
        aws_access_key_id=who.access_key_id,
        aws_secret_access_key=who.secret_access_key,
        aws_session_token=who.session_token,
    )


def set_weather(moto: MotoProcess, **forecast: Any) -> None:
    moto.ask("weather", {"seed": 1, **forecast})


def befallen(moto: MotoProcess) -> list[tuple[str, int, str]]:
    entries = moto.ask("weather")["befallen"]
    return [
        (f"{each['service']}:{each['operation']}", each["call"], each["kind"]) for each in entries
    ]

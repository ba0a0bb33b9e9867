"""What is measured: each function beside the C program that makes its calls, and Python."""

import functools
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import events
from .peers import Authority

ROOT = Path(__file__).resolve().parents[2]
RULES = {"ROUTE#support@example.com": "me@gmail.com"}


@dataclass(frozen=True)
class Subject:
    """One program that is measured."""

    name: str
    command: list[str]
    variables: dict[str, str]
    event: Callable[[int], bytes]


class Subjects:
    """The programs, built, and the files that they need in a folder."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self._folder = folder
        self._authority = authority
        self._floor = folder / "floor"
        source = Path(__file__).with_name("floor.c")
        subprocess.run(["cc", "-O2", "-o", str(self._floor), str(source), "-lcurl"], check=True)

    def function(self, name: str, urls: dict[str, str], action: str = "") -> Subject:
        """The packaged bootstrap, with the roots of its zip and the bench's beside it."""
        folder = self._folder / name
        if not folder.exists():
            folder.mkdir()
            shutil.copy(ROOT / "build" / name / "bootstrap", folder / "bootstrap")
            roots = (ROOT / "build" / "roots.pem").read_text()
            (folder / "roots.pem").write_text(roots + self._authority.root.read_text())
        event: Callable[[int], bytes] = (
            functools.partial(events.handler, action=action) if action else events.router
        )
        return Subject(name, [str(folder / "bootstrap")], variables(urls), event)

    def floor(self, name: str, calls: list[str], like: Subject) -> Subject:
        """The C program that makes these calls."""
        listed = self._folder / f"{name}.calls"
        listed.write_text("".join(f"{call}\n" for call in calls))
        command = [str(self._floor), str(listed), str(self._authority.root)]
        return Subject(f"C, as {like.name}", command, {}, like.event)

    def python(self, urls: dict[str, str]) -> Subject:
        extra = {"PYTHONPATH": str(Path(__file__).parent), "HOME": str(self._folder)}
        extra["AWS_CA_BUNDLE"] = str(self._authority.system)
        command = [sys.executable, "-m", "awslambdaric", "python_router.handler"]
        return Subject("Python, as router", command, variables(urls) | extra, events.router)

    def router_calls(self, urls: dict[str, str]) -> list[str]:
        return [f"each POST {urls['dynamodb']}/ {self._file('batch', 600)} -"]

    def forwarder_calls(self, urls: dict[str, str], size: int) -> list[str]:
        spool, ledger = self._folder / "spool", self._file("ledger", 300)
        upload = f"{urls['gmail']}/upload"
        calls = [
            f"each POST {urls['dynamodb']}/ {ledger} -",
            f"each GET {urls['s3']}/mail - {spool}",
            f"first POST {urls['ssm']}/ {ledger} -",
            f"first POST {urls['ssm']}/ {ledger} -",
        ]
        if size > 5 << 20:
            calls.append(f"each POST {upload}?uploadType=resumable {ledger} -")
        return [
            *calls,
            f"each POST {upload} {spool} -",
            f"each POST {urls['dynamodb']}/ {ledger} -",
            f"each DELETE {urls['s3']}/mail - -",
        ]

    def bouncer_calls(self, urls: dict[str, str]) -> list[str]:
        ledger = self._file("ledger", 300)
        return [
            f"each POST {urls['dynamodb']}/ {ledger} -",
            f"each POST {urls['ses']}/ {self._file('report', 6000)} -",
            f"each POST {urls['dynamodb']}/ {ledger} -",
        ]

    def _file(self, name: str, size: int) -> Path:
        file = self._folder / name
        file.write_bytes(b"{" + b" " * (size - 2) + b"}")
        return file


def variables(urls: dict[str, str]) -> dict[str, str]:
    """The variables of a deployed function, with the peers as its endpoints."""
    return {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ENDPOINT_URL_DYNAMODB": urls["dynamodb"],
        "AWS_ENDPOINT_URL_S3": urls["s3"],
        "AWS_ENDPOINT_URL_SSM": urls["ssm"],
        "AWS_ENDPOINT_URL_SESV2": urls["ses"],
        "GMAIL_ENDPOINT_URL": urls["gmail"],
        "GOOGLE_TOKEN_ENDPOINT_URL": f"{urls['google']}/token",
        "DYNAMODB_TABLE_NAME": "bench",
        "ENVIRONMENT": "prod",
        "EMAIL_BUCKET": events.BUCKET,
        "GMAIL_TOKEN_PARAMETER": "/ses-mail/prod/gmail-token",
        "BOUNCE_SENDER": "mailer-daemon@example.com",
    }

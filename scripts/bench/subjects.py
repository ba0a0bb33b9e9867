"""What is measured: each function beside the C program that makes its calls, and Python."""

import functools
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import events
from .peers import Asked, Authority, Peers
from .runtime import run

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

    def echo(self, like: Subject) -> Subject:
        """The C program without any call."""
        return self._floor_of("echo", [], b"[]", like)

    def floor(self, name: str, like: Subject, peers: Peers) -> Subject:
        """The C program that makes the calls that the function has just made, byte for byte, and
        answers as much. A recorded body that is not whole is the mail that it has fetched.
        """
        events = [like.event(number) for number in range(2)]
        peers.calls()
        run(like.command, like.variables, events[:1])
        first = peers.calls()
        answer = run(like.command, like.variables, events).answers[-1]
        later = peers.calls()[len(first) :]
        calls = [("first", call) for call in first] + [("later", call) for call in later]
        listed = [
            " ".join([when, *self._call(f"{name}-{number}", call, peers.urls)])
            for number, (when, call) in enumerate(calls)
        ]
        return self._floor_of(name, listed, answer, like)

    def _floor_of(self, name: str, calls: list[str], answer: bytes, like: Subject) -> Subject:
        listed = self._file(f"{name}.calls", "".join(f"{call}\n" for call in calls).encode())
        answered = self._file(f"{name}.answer", answer)
        command = [str(self._floor), listed, answered, str(self._authority.root)]
        return Subject(f"C, as {like.name}", command, {}, like.event)

    def _call(self, name: str, call: Asked, urls: dict[str, str]) -> list[str]:
        """Method, URL, fields, body and sink, as the C program reads them."""
        own = ("host:", "content-length:")
        lines = [line for line in call.head.lines if not line.lower().startswith(own)]
        fields = self._file(f"{name}.fields", "".join(f"{line}\n" for line in lines).encode())
        spool = str(self._folder / "spool")
        body = "-"
        if call.size:
            is_whole = len(call.body) == call.size
            body = self._file(f"{name}.body", call.body) if is_whole else spool
        sink = spool if call.service == "s3" and call.method == "GET" else "-"
        return [call.method, f"{urls[call.service]}{call.path}", fields, body, sink]

    def _file(self, name: str, content: bytes) -> str:
        file = self._folder / name
        file.write_bytes(content)
        return str(file)

    def python(self, urls: dict[str, str]) -> Subject:
        extra = {"PYTHONPATH": str(Path(__file__).parent), "HOME": str(self._folder)}
        extra["AWS_CA_BUNDLE"] = str(self._authority.system)
        command = [sys.executable, "-m", "awslambdaric", "python_router.handler"]
        return Subject("Python, as router", command, variables(urls) | extra, events.router)


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

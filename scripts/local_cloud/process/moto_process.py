"""The moto process as the host sees it: started, asked, copied and ended."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

from local_cloud.clock.world_clock import PublishedClock
from local_cloud.connection import addresses
from local_cloud.connection.authority import Authority
from local_cloud.connection.aws import Cloud, Credentials

START_SECONDS = 60.0
KEPT_CONNECTIONS = 32
CALLS = "calls"  # folder below the work folder; rights/call_record.py says what is in it


class MotoStartFailed(RuntimeError):
    """moto ended or did not listen in time; its log has the reason."""


class MotoProcess:
    """One emulated AWS: a process that we started, or a forked copy of one."""

    def __init__(
        self,
        port: int,
        process_id: int,
        clock: Path,
        authority: Authority,
        child: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.port = port
        self.endpoint = addresses.url(addresses.CLOUD, port)
        self.authority = authority
        self._connections = PoolManager(
            ca_certs=str(authority.certificate), retries=False, maxsize=KEPT_CONNECTIONS
        )
        self.clock = PublishedClock(clock, f"local-cloud-{process_id}")
        self._process_id = process_id
        self._child = child

    @classmethod
    def start(cls, work: Path, port: int, time_scale: float) -> "MotoProcess":
        record = work / CALLS
        record.mkdir(exist_ok=True)
        for old in record.iterdir():
            old.unlink()
        clock = work / "clock"
        authority = Authority.create(work)
        readable, writable = os.pipe()
        with (work / "moto.log").open("wb") as log:
            child = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "local_cloud.process.moto_server",
                    "--port",
                    str(port),
                    "--time-scale",
                    str(time_scale),
                    "--ready-descriptor",
                    str(writable),
                    "--record-folder",
                    str(record),
                    "--clock-file",
                    str(clock),
                    "--tls-folder",
                    str(authority.folder),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[writable],
                env={**os.environ, "PYTHONHASHSEED": "0"},  # sets have the same order each time
            )
        os.close(writable)
        with os.fdopen(readable) as ready:
            is_readable = select.select([ready], [], [], START_SECONDS)[0]
            line = ready.readline() if is_readable else ""  # empty too where moto has ended
        if not line:
            child.kill()
            tail = (work / "moto.log").read_text(errors="replace")[-2000:]
            raise MotoStartFailed(f"moto did not start:\n{tail}")
        return cls(int(line), child.pid, clock, authority, child)

    def fork(self) -> "MotoProcess":
        answer = self.ask("fork", {})
        return MotoProcess(answer["port"], answer["pid"], Path(answer["clock"]), self.authority)

    def cloud(
        self, credentials: Credentials | None = None, clock: Callable[[], float] = time.time
    ) -> Cloud:
        """AWS as the owner of these credentials sees it; by default the administrator."""
        return Cloud(self.endpoint, self.authority.certificate, credentials or Credentials(), clock)

    def ask(self, route: str, body: Any | None = None, timeout_seconds: float = 70.0) -> Any:
        data = None if body is None else json.dumps(body).encode()
        method = "GET" if data is None else "POST"
        return self._request(method, f"/_local/{route}", data, timeout_seconds).json()

    def count(self, namespace: str, dimensions: dict[str, str], values: dict[str, float]) -> None:
        """Counts what a service that the host plays measures, one value for each metric."""
        given = {"namespace": namespace, "dimensions": dimensions, "values": values}
        self.ask("measured", given)

    def admits(self, owner: str, action: str, resource: str, **given: Any) -> bool:
        """Whether the owner's own policy lets `service` do this, in this `context`."""
        answer: bool = self.ask(
            "admits", {"owner": owner, "action": action, "resource": resource, **given}
        )
        return answer

    def is_trusted(self, role_arn: str, service: str, context: dict[str, list[str]]) -> bool:
        """Whether the service may assume the role."""
        owner = f"trust of {role_arn.rpartition('/')[2]}"
        return self.admits(owner, "sts:AssumeRole", role_arn, service=service, context=context)

    def fetch(self, location: str) -> bytes:
        return self._request("GET", location, None, 60.0).data

    def _request(
        self, method: str, path: str, body: bytes | None, timeout_seconds: float
    ) -> BaseHTTPResponse:
        url = self.endpoint + path
        try:
            answer = self._connections.request(method, url, body=body, timeout=timeout_seconds)
        except HTTPError as error:  # it has gone, perhaps in the middle of its answer
            raise URLError(str(error)) from error
        if answer.status != 200:
            raise URLError(f"{path} was answered with status {answer.status}")
        return answer

    @property
    def process_id(self) -> int:
        return self._process_id

    def stop(self) -> None:
        self.clock.end()
        if self._child is None:
            with suppress(ProcessLookupError):
                os.kill(self._process_id, signal.SIGTERM)
            return
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)

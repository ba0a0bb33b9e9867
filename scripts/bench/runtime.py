"""Lambda's Runtime API for one process at a time, and what the kernel says of that process."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .request_head import read_head

#: The CPU that 1,769 MB of memory buy is one whole; a smaller function has that share of it.
WHOLE_CPU_MEGABYTES = 1769
#: Short, so that a small excess is not forgiven: 128 MB are 1.4 ms of each 20.
PERIOD_MICROSECONDS = 20_000


class Cap:
    """A control group that gives a process the CPU share of so much memory; version 1 or 2."""

    def __init__(self, megabytes: int) -> None:
        quota = PERIOD_MICROSECONDS * megabytes // WHOLE_CPU_MEGABYTES
        first = Path("/sys/fs/cgroup/cpu")
        self._folder = (
            first if first.exists() else Path("/sys/fs/cgroup")
        ) / f"bench-{os.getpid()}"
        self._folder.mkdir(exist_ok=True)
        if first.exists():
            (self._folder / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
            (self._folder / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            # Version 2 caps a group only where its parent hands the controller on.
            (self._folder.parent / "cgroup.subtree_control").write_text("+cpu")
            (self._folder / "cpu.max").write_text(f"{quota} {PERIOD_MICROSECONDS}")

    @staticmethod
    def is_possible() -> bool:
        try:
            Cap(128).remove()
        except OSError:
            return False
        return True

    def take(self, pid: int) -> None:
        (self._folder / "cgroup.procs").write_text(str(pid))

    def remove(self) -> None:
        self._folder.rmdir()


@dataclass
class Run:
    """One process's life; seconds, and seconds of CPU."""

    to_next: float = 0
    to_answer: float = 0
    #: From the hand-over of each event to its answer.
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak_kib: int = 0
    answers: list[bytes] = field(default_factory=list)

    @property
    def warm_seconds(self) -> float:
        return sum(self.seconds[1:]) / (len(self.seconds) - 1)

    @property
    def warm_cpu(self) -> float:
        return sum(self.cpu[1:]) / (len(self.cpu) - 1)


def run(
    command: list[str],
    variables: dict[str, str],
    events: Iterable[bytes],
    megabytes: int | None = None,
) -> Run:
    """Runs the command until it has answered every event; capped from its first `next` on."""
    with contextlib.ExitStack() as stack:
        cap = None
        if megabytes:
            cap = Cap(megabytes)
            stack.callback(cap.remove)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        environment = {"PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": address} | variables
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        stack.callback(_end, process)
        connection = _Requests(listener, process)
        result = Run()
        _expect(connection, "next")
        result.to_next = time.monotonic() - start
        if cap:
            cap.take(process.pid)
        for number, event in enumerate(events):
            cpu, handed_over = _cpu_seconds(process.pid), time.monotonic()
            connection.answer(200, event, f"request-{number}")
            result.answers.append(_expect(connection, "response"))
            result.seconds.append(time.monotonic() - handed_over)
            if number == 0:
                result.to_answer = time.monotonic() - start
            connection.answer(202, b"{}")
            _expect(connection, "next")
            result.cpu.append(_cpu_seconds(process.pid) - cpu)
        result.peak_kib = _peak_kib(process.pid)
        return result


def _expect(connection: "_Requests", step: str) -> bytes:
    target, body = next(connection)
    if not target.endswith(f"/{step}"):
        raise RuntimeError(f"{target} came instead of {step}: {body[:500]!r}")
    return body


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


class _Requests(Iterator[tuple[str, bytes]]):
    """The requests of the process, on whatever connection they come."""

    def __init__(self, listener: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self._listener = listener
        self._process = process
        self._connection: socket.socket | None = None
        listener.settimeout(20)

    def __next__(self) -> tuple[str, bytes]:
        while True:
            if self._connection is None:
                self._connection, _ = self._listener.accept()
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request = self._read(self._connection)
            if request:
                return request
            self._connection.close()
            self._connection = None

    def _read(self, connection: socket.socket) -> tuple[str, bytes] | None:
        head = read_head(connection)
        if head is None:
            return None
        body = head.begun
        while len(body) < head.size:
            chunk = connection.recv(1 << 16)
            if not chunk:
                return None
            body += chunk
        return head.line.split(" ")[1], body

    def answer(self, status: int, body: bytes, request_id: str = "") -> None:
        deadline = int((time.time() + 120) * 1000)
        head = (
            f"HTTP/1.1 {status} Bench\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {request_id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {deadline}\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:1:function:bench\r\n\r\n"
        )
        assert self._connection
        self._connection.sendall(head.encode() + body)


def _cpu_seconds(pid: int) -> float:
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0

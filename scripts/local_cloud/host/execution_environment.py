"""One process of a function: started, given one event at a time, watched, killed.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import os
import queue
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from local_cloud.host.conditions import Conditions
from local_cloud.host.runtime_api import Invocation, Phase, RuntimeAPI, Signal

INIT_SECONDS = 10.0
MEMORY_LOOK_SECONDS = 0.05
MEGABYTE = 1024 * 1024


class ExecutionEnvironment:
    """One process with its own Runtime API; `emit` gets each line that it prints."""

    def __init__(
        self,
        code: Path,
        environment: dict[str, str],
        memory_megabytes: int,
        access_key_id: str,
        emit: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        conditions: Conditions | None = None,
    ) -> None:
        self.api = RuntimeAPI(clock)
        self.access_key_id = access_key_id
        self.ran_out_of_memory = False
        self._memory_megabytes = memory_megabytes
        self._emit = emit
        self._partial = b""
        self._reading = threading.Lock()
        self._peak = 0
        started = time.monotonic()
        self._process = subprocess.Popen(
            (conditions or Conditions()).command(str(code / "bootstrap")),
            cwd=code,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment | {"AWS_LAMBDA_RUNTIME_API": self.api.address},
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        threading.Thread(target=self._follow, daemon=True).start()
        self.init_error = self._wait_for_init()
        self.init_seconds = time.monotonic() - started

    def _wait_for_init(self) -> Signal | None:
        """None when the process has asked for its first event; else how its start failed."""
        if self.api.wait_until_first_next(INIT_SECONDS):
            return None
        try:
            return self.api.signals.get(timeout=0.0 if self.is_alive else 1.0)
        except queue.Empty:
            return Signal("timeout")
        finally:
            self.kill()

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def run(self, invocation: Invocation) -> Signal | None:
        """What the process answers to the event; None when its time is over (then it is killed)."""
        self.api.offer(invocation)
        done = threading.Event()
        threading.Thread(target=self._watch_memory, args=(done,), daemon=True).start()
        end = time.monotonic() + invocation.timeout_seconds
        try:
            while True:
                said = self.api.signals.get(timeout=max(0.0, end - time.monotonic()))
                if said.kind == "exit" or said.request_id == invocation.request_id:
                    return said
        except queue.Empty:
            self.kill()
            return None
        finally:
            done.set()
            self.drain()

    @property
    def has_taken_event(self) -> bool:
        return self.api.delivered_at is not None

    @property
    def can_be_reused(self) -> bool:
        return self.is_alive and self.api.phase in (Phase.WAITING, Phase.ANSWERED)

    def peak_memory_megabytes(self) -> int:
        """The most memory that was ever resident (VmHWM)."""
        with suppress(OSError, ValueError, IndexError):
            for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    self._peak = max(self._peak, int(line.split()[1]) * 1024)
        return -(-self._peak // MEGABYTE)

    def _watch_memory(self, done: threading.Event) -> None:
        while True:
            if self.peak_memory_megabytes() > self._memory_megabytes:
                self.ran_out_of_memory = True
                self.kill()
                return
            if done.wait(MEMORY_LOOK_SECONDS):
                return

    def kill(self) -> None:
        """Kills the process with SIGKILL and without notice, as Lambda does when no extension is
        registered.
        """
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.drain()
        self.api.end()

    def drain(self) -> bool:
        """Reads all that has been printed so far; True when the process has closed its output."""
        with self._reading:
            while True:
                try:
                    data = os.read(self._output, 65536)
                except BlockingIOError:
                    return False
                except OSError:
                    return True
                if not data:
                    return True
                *lines, self._partial = (self._partial + data).split(b"\n")
                for line in lines:
                    self._emit(line.decode(errors="replace"))

    def _follow(self) -> None:
        while True:
            select.select([self._output], [], [])
            if self.drain():
                break
        self._process.wait()
        if self._partial:
            self._emit(self._partial.decode(errors="replace"))
            self._partial = b""
        self.api.process_exited()

"""A deployed function and its invocations: one process per concurrent event, warm ones first.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

import threading
import time
import uuid
from pathlib import Path
from typing import Any

from local_cloud.connection.trace_header import new_trace_header
from local_cloud.host.environment_factory import CannotStart, EnvironmentFactory, Surroundings, Warm
from local_cloud.host.execution_environment import ExecutionEnvironment
from local_cloud.host.outcome import Outcome, error_body
from local_cloud.host.report_lines import report
from local_cloud.host.runtime_api import Invocation, Signal


class Function:
    """One deployed function, with its warm environments."""

    def __init__(self, config: dict[str, Any], code: Path, around: Surroundings) -> None:
        self.config = config
        self.name: str = config["FunctionName"]
        self.arn: str = config["FunctionArn"]
        self.timeout_seconds = float(config["Timeout"])
        self._clock = around.cloud.clock
        self._count = around.count
        self._factory = EnvironmentFactory(config, code, around)
        self._idle: list[Warm] = []
        self._all: list[Warm] = []
        self._lock = threading.Lock()

    def invoke(self, payload: bytes, trace_header: str | None = None) -> Outcome:
        outcome = self._invoke(payload, trace_header)
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
        self._count(
            "AWS/Lambda",
            {"FunctionName": self.name},
            {
                "Invocations": 1,
                "Errors": 0 if outcome.is_success else 1,
                "Throttles": 0,
                "Duration": outcome.seconds * 1000,
            },
        )
        return outcome

    def _invoke(self, payload: bytes, trace_header: str | None) -> Outcome:
        request_id = str(uuid.uuid4())
        started = self._clock()
        while True:
            try:
                warm = self._take()
            except CannotStart as error:
                return Outcome(
                    request_id,
                    error_body(error.kind, str(error)),
                    "Unhandled",
                    error.kind,
                    started,
                    self._clock() - started,
                    "",
                )
            outcome = self._invoke_in(
                warm,
                Invocation(
                    request_id,
                    payload,
                    self.arn,
                    self.timeout_seconds,
                    trace_header or new_trace_header(started),
                ),
            )
            if outcome is not None:
                return outcome

    def stop(self) -> None:
        with self._lock:
            every, self._all, self._idle = self._all, [], []
        for warm in every:
            warm.environment.kill()
        self._factory.close()

    def process_ids(self) -> list[int]:
        with self._lock:
            return [warm.environment.process_id for warm in self._all]

    def _take(self) -> Warm:
        with self._lock:
            while self._idle:
                warm = self._idle.pop()
                is_as_now = warm.conditions == self._factory.conditions
                if warm.environment.can_be_reused and is_as_now:
                    return warm
                warm.environment.kill()
                self._all.remove(warm)
        warm = self._factory.start()
        with self._lock:
            self._all.append(warm)
        return warm

    def _invoke_in(self, warm: Warm, invocation: Invocation) -> Outcome | None:
        """None when the environment died before it took the event; then another one gets it."""
        log, environment, request_id = warm.log, warm.environment, invocation.request_id
        started, began = self._clock(), time.monotonic()
        log.platform(
            "start",
            {"requestId": request_id, "version": "$LATEST"},
            f"START RequestId: {request_id} Version: $LATEST",
        )
        said = environment.run(invocation)
        seconds = time.monotonic() - began
        if said is not None and said.kind == "exit" and not environment.has_taken_event:
            self._discard(warm)
            return None
        body, error, kind = judge(said, environment, invocation)
        report(warm, self.config, request_id, seconds, kind)
        tail = log.tail()
        log.flush()
        self._factory.pass_traces_on()
        if environment.can_be_reused:
            with self._lock:
                self._idle.append(warm)
        else:
            self._discard(warm)
        return Outcome(
            request_id, body, error, kind, started, seconds, environment.access_key_id, tail
        )

    def _discard(self, warm: Warm) -> None:
        warm.environment.kill()
        with self._lock:
            if warm in self._all:
                self._all.remove(warm)


def judge(
    said: Signal | None, environment: ExecutionEnvironment, invocation: Invocation
) -> tuple[bytes, str | None, str | None]:
    """Body, error and error type, as Invoke answers them."""
    if environment.ran_out_of_memory:
        kind = "Runtime.OutOfMemory"
        message = "Runtime exited with error: signal: killed"
    elif said is None:
        kind, message = (
            "Sandbox.Timedout",
            f"Task timed out after {invocation.timeout_seconds:.2f} seconds",
        )
    elif said.kind == "response":
        return said.body, None, None
    elif said.kind in ("error", "too-large"):
        return said.body, "Unhandled", said.error_type
    else:
        kind = "Runtime.ExitError"
        message = f"Runtime exited with error: exit status {environment.exit_code}"
    text = f"RequestId: {invocation.request_id} Error: {message}"
    return error_body(kind, text), "Unhandled", kind

"""How is a deployed function invoked? One process per concurrent event, warm ones first.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_cloud import REGION
from local_cloud.aws import Cloud
from local_cloud.gate.policy import Request, is_allowed
from local_cloud.host.code_store import entrypoint_problem
from local_cloud.host.execution_environment import ExecutionEnvironment
from local_cloud.host.log_writer import LogWriter
from local_cloud.host.outcome import Outcome, error_body
from local_cloud.host.runtime_api import Invocation, Signal

LIBRARY_PATH = "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib"
TRUST = Request("sts:AssumeRole", "*", principal_service="lambda.amazonaws.com")


class CannotStart(RuntimeError):
    """The environment could not be made; `kind` is Lambda's word for why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Surroundings:
    """What a function's processes are given beside their own configuration."""

    cloud: Cloud
    trust_policy: Callable[[str], dict[str, Any] | None]
    extra_environment: dict[str, str]
    complain: Callable[[str], None]


@dataclass
class Warm:
    environment: ExecutionEnvironment
    log: LogWriter
    is_cold: bool = True


class Function:
    def __init__(self, config: dict[str, Any], code: Path, around: Surroundings) -> None:
        self.config = config
        self.name: str = config["FunctionName"]
        self.arn: str = config["FunctionArn"]
        self.timeout_seconds = float(config["Timeout"])
        self._code = code
        self._around = around
        self._idle: list[Warm] = []
        self._all: list[Warm] = []
        self._lock = threading.Lock()

    def invoke(self, payload: bytes, trace_header: str | None = None) -> Outcome:
        request_id = str(uuid.uuid4())
        started = time.time()
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
                    time.time() - started,
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

    def process_ids(self) -> list[int]:
        with self._lock:
            return [warm.environment.process_id for warm in self._all]

    def _take(self) -> Warm:
        with self._lock:
            while self._idle:
                warm = self._idle.pop()
                if warm.environment.can_be_reused:
                    return warm
                self._all.remove(warm)
        warm = self._start()
        with self._lock:
            self._all.append(warm)
        return warm

    def _start(self) -> Warm:
        problem = entrypoint_problem(self._code)
        if problem is not None:
            raise CannotStart("Runtime.InvalidEntrypoint", problem)
        cloud = self._assume_role()
        stream = time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime()) + uuid.uuid4().hex
        logging = self.config["LoggingConfig"]
        log = LogWriter(cloud.client("logs"), logging, stream, self._around.complain)
        log.platform(
            "initStart",
            {"functionName": self.name, "phase": "init"},
            "INIT_START Runtime Version: provided:al2023",
        )
        try:
            environment = ExecutionEnvironment(
                self._code,
                self._variables(cloud, stream),
                self.config["MemorySize"],
                cloud.credentials.access_key_id,
                log.line,
            )
        except OSError as error:
            raise CannotStart("Runtime.InvalidEntrypoint", f"fork/exec: {error}") from error
        if environment.init_error is not None:
            log.flush()
            raise cannot_start(environment.init_error, environment.exit_code)
        return Warm(environment, log)

    def _assume_role(self) -> Cloud:
        role = self.config["Role"]
        trust = self._around.trust_policy(role)
        if trust is None or not is_allowed([trust], TRUST):
            raise CannotStart("Sandbox.RoleCannotBeAssumed", f"Lambda may not assume {role}")
        try:
            return self._around.cloud.assume(role, self.name)
        except ClientError as error:
            raise CannotStart("Sandbox.RoleCannotBeAssumed", str(error)) from error

    def _variables(self, cloud: Cloud, stream: str) -> dict[str, str]:
        logging = self.config["LoggingConfig"]
        own = self.config.get("Environment", {}).get("Variables", {})
        credentials = cloud.credentials
        variables = {
            **self._around.extra_environment,
            **own,
            "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "LD_LIBRARY_PATH": f"{LIBRARY_PATH}:{self._code}:{self._code}/lib:/opt/lib",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(self._code),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": self.config.get("Handler", "bootstrap"),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.config["MemorySize"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": logging["LogGroup"],
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token or "",
        }
        if logging.get("LogFormat") == "JSON":
            variables |= {
                "AWS_LAMBDA_LOG_FORMAT": "JSON",
                "AWS_LAMBDA_LOG_LEVEL": logging.get("ApplicationLogLevel", "INFO"),
            }
        return variables

    def _invoke_in(self, warm: Warm, invocation: Invocation) -> Outcome | None:
        """None when the environment died before it took the event: it goes to another one."""
        log, environment, request_id = warm.log, warm.environment, invocation.request_id
        started = time.time()
        log.platform(
            "start",
            {"requestId": request_id, "version": "$LATEST"},
            f"START RequestId: {request_id} Version: $LATEST",
        )
        said = environment.run(invocation)
        seconds = time.time() - started
        if said is not None and said.kind == "exit" and not environment.has_taken_event:
            self._discard(warm)
            return None
        body, error, kind = judge(said, environment, invocation)
        self._report(warm, request_id, seconds, kind)
        tail = log.tail()
        log.flush()
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

    def _report(self, warm: Warm, request_id: str, seconds: float, kind: str | None) -> None:
        log, memory = warm.log, warm.environment.peak_memory_megabytes()
        if kind == "Sandbox.Timedout":
            log.platform(
                "fault",
                {"requestId": request_id, "status": "timeout"},
                f"{request_id} Task timed out after {self.timeout_seconds:.2f} seconds",
            )
        metrics = {
            "durationMs": round(seconds * 1000, 3),
            "billedDurationMs": int(seconds * 1000) + 1,
            "memorySizeMB": self.config["MemorySize"],
            "maxMemoryUsedMB": memory,
        }
        init = ""
        if warm.is_cold:
            warm.is_cold = False
            metrics["initDurationMs"] = round(warm.environment.init_seconds * 1000, 3)
            init = f"\tInit Duration: {metrics['initDurationMs']:.2f} ms"
        status = {None: "success", "Sandbox.Timedout": "timeout"}.get(kind, "error")
        log.platform(
            "runtimeDone",
            {"requestId": request_id, "status": status},
            f"END RequestId: {request_id}",
        )
        log.platform(
            "report",
            {"requestId": request_id, "metrics": metrics, "status": status},
            f"REPORT RequestId: {request_id}\tDuration: {seconds * 1000:.2f} ms\t"
            f"Billed Duration: {metrics['billedDurationMs']} ms\t"
            f"Memory Size: {metrics['memorySizeMB']} MB\t"
            f"Max Memory Used: {memory} MB{init}",
        )


def judge(
    said: Signal | None, environment: ExecutionEnvironment, invocation: Invocation
) -> tuple[bytes, str | None, str | None]:
    """(body, error, error type) as Invoke answers them."""
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


def cannot_start(init_error: Signal, exit_code: int | None) -> CannotStart:
    if init_error.kind == "init-error":
        return CannotStart(
            init_error.error_type or "Runtime.Unknown", init_error.body.decode(errors="replace")
        )
    if init_error.kind == "timeout":
        return CannotStart("Sandbox.Timedout", "the init phase timed out after 10 seconds")
    return CannotStart("Runtime.ExitError", f"exited in its init phase, status {exit_code}")


def new_trace_header(now: float) -> str:
    return f"Root=1-{int(now):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=1"

"""A process of a function made: its role assumed, its variables set, its log opened.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
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
from local_cloud.connection.aws import Cloud
from local_cloud.host.code_store import entrypoint_problem
from local_cloud.host.conditions import Conditions
from local_cloud.host.count import Count
from local_cloud.host.execution_environment import ExecutionEnvironment
from local_cloud.host.log_writer import LogWriter
from local_cloud.host.runtime_api import Signal
from local_cloud.host.xray_daemon import XRayDaemon

LIBRARY_PATH = "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib"


class CannotStart(RuntimeError):
    """The environment could not be made; `kind` is Lambda's word for the reason."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Surroundings:
    """What a function's processes get beside their own configuration."""

    cloud: Cloud
    is_trusted: Callable[[str, str, dict[str, list[str]]], bool]
    extra_environment: dict[str, str]
    keep_segment: Callable[[bytes], None]
    complain: Callable[[str], None]
    count: Count
    functions_clock: Callable[[], float] = time.time
    conditions: Callable[[], Conditions] = Conditions  # in which processes start at present


@dataclass
class Warm:
    """An environment that is ready for an event, with its log."""

    environment: ExecutionEnvironment
    log: LogWriter
    conditions: Conditions
    is_cold: bool = True


class EnvironmentFactory:
    """Makes the environments of one function."""

    def __init__(self, config: dict[str, Any], code: Path, around: Surroundings) -> None:
        self.config = config
        self.name: str = config["FunctionName"]
        self._code = code
        self._around = around
        self._daemon: XRayDaemon | None = None
        self._making_daemon = threading.Lock()

    @property
    def conditions(self) -> Conditions:
        return self._around.conditions()

    def start(self) -> Warm:
        conditions = self.conditions
        problem = entrypoint_problem(self._code)
        if problem is not None:
            raise CannotStart("Runtime.InvalidEntrypoint", problem)
        cloud = self._assume_role()
        day = time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime(cloud.clock()))
        stream = day + uuid.uuid4().hex
        logging = self.config["LoggingConfig"]
        log = LogWriter(cloud, logging, stream, self._around.complain)
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
                self._around.functions_clock,
                conditions,
            )
        except OSError as error:
            raise CannotStart("Runtime.InvalidEntrypoint", f"fork/exec: {error}") from error
        if environment.init_error is not None:
            log.flush()
            raise cannot_start(environment.init_error, environment.exit_code)
        return Warm(environment, log, conditions)

    def pass_traces_on(self) -> None:
        """Returns when everything that the processes have sent to their daemon is in X-Ray."""
        if self._daemon is not None:
            self._daemon.drain()

    def close(self) -> None:
        with self._making_daemon:
            if self._daemon is not None:
                self._daemon.close()

    def _xray_address(self, cloud: Cloud) -> str:
        around = self._around
        with self._making_daemon:
            if self._daemon is None:
                self._daemon = XRayDaemon(cloud, around.keep_segment, around.complain)
            return self._daemon.address

    def _assume_role(self) -> Cloud:
        role = self.config["Role"]
        if not self._around.is_trusted(role, "lambda.amazonaws.com", {}):
            raise CannotStart("Sandbox.RoleCannotBeAssumed", f"Lambda may not assume {role}")
        try:
            return self._around.cloud.assume(role, self.name)
        except ClientError as error:
            raise CannotStart("Sandbox.RoleCannotBeAssumed", str(error)) from error

    def _variables(self, cloud: Cloud, stream: str) -> dict[str, str]:
        logging = self.config["LoggingConfig"]
        own = self.config.get("Environment", {}).get("Variables", {})
        credentials = cloud.credentials
        xray = self._xray_address(cloud)
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
            "AWS_XRAY_DAEMON_ADDRESS": xray,
            "_AWS_XRAY_DAEMON_ADDRESS": xray.partition(":")[0],
            "_AWS_XRAY_DAEMON_PORT": xray.partition(":")[2],
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


def cannot_start(init_error: Signal, exit_code: int | None) -> CannotStart:
    if init_error.kind == "init-error":
        return CannotStart(
            init_error.error_type or "Runtime.Unknown", init_error.body.decode(errors="replace")
        )
    if init_error.kind == "timeout":
        return CannotStart("Sandbox.Timedout", "the init phase timed out after 10 seconds")
    return CannotStart("Runtime.ExitError", f"exited in its init phase, status {exit_code}")

"""The Runtime API of Lambda for one process: a state machine on its own port.

By hand, because AWS's own emulator is a program in a container that runs one function. Status codes
are the ones that it sends (aws-lambda-runtime-interface-emulator).
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
Status codes as AWS's own emulator sends them (aws-lambda-runtime-interface-emulator).
"""

import json
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from local_cloud.connection.addresses import LOOPBACK, listen
from local_cloud.connection.exchange import Answer, Asked, ConnectionDropped
from local_cloud.connection.loopback import LoopbackServer

MAXIMUM_ANSWER = 6 * 1024 * 1024 + 100
PREFIX = "/2018-06-01/runtime"
ERROR_TYPE = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")


@dataclass(frozen=True)
class Invocation:
    """One event for a process, and its deadline."""

    request_id: str
    payload: bytes
    function_arn: str
    timeout_seconds: float
    trace_header: str | None = None
    client_context: str | None = None


class Phase(Enum):
    """The states of a process as its Runtime API knows them."""

    STARTING = "starting"
    WAITING = "waiting in /next"
    RUNNING = "running"
    ANSWERED = "answered, not yet back in /next"
    ENDED = "ended"


@dataclass(frozen=True)
class Signal:
    """What the process has answered, or what became of it."""

    kind: str  # response | error | init-error | too-large | exit
    request_id: str | None = None
    body: bytes = b""
    error_type: str | None = None


class RuntimeAPI:
    """The Runtime API of one process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._phase = Phase.STARTING
        self._pending: Invocation | None = None
        self._current: Invocation | None = None
        self.delivered_at: float | None = None
        self.signals: queue.Queue[Signal] = queue.Queue()
        self._server = LoopbackServer(self._handle, listen([LOOPBACK]))
        self.address = self._server.address

    @property
    def phase(self) -> Phase:
        return self._phase

    def wait_until_first_next(self, timeout_seconds: float) -> bool:
        with self._condition:
            self._condition.wait_for(lambda: self._phase is not Phase.STARTING, timeout_seconds)
            return self._phase is Phase.WAITING

    def offer(self, invocation: Invocation) -> None:
        with self._condition:
            self._pending = invocation
            self.delivered_at = None
            self._condition.notify_all()

    def end(self) -> None:
        with self._condition:
            self._phase = Phase.ENDED
            self._condition.notify_all()
        self._server.close()

    def process_exited(self) -> None:
        with self._condition:
            self._phase = Phase.ENDED
            self._condition.notify_all()
        self.signals.put(Signal("exit"))

    def _handle(self, asked: Asked) -> Answer:
        route = asked.path.removeprefix(PREFIX)
        if asked.method == "GET" and route == "/invocation/next":
            return self._next()
        if asked.method == "POST" and route == "/init/error":
            return self._init_error(asked)
        match = re.fullmatch(r"/invocation/([^/]+)/(response|error)", route)
        if asked.method == "POST" and match:
            return self._answer(asked, unquote(match.group(1)), match.group(2))
        return Answer.of_json({"errorType": "NotFound", "errorMessage": asked.path}, 404)

    def _next(self) -> Answer:
        with self._condition:
            if self._phase in (Phase.RUNNING, Phase.WAITING):
                return refusal(403, "InvalidStateTransition", "Transition is not allowed")
            self._phase = Phase.WAITING
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._pending or self._phase is Phase.ENDED)
            if self._pending is None or self._phase is Phase.ENDED:
                raise ConnectionDropped
            invocation, self._pending = self._pending, None
            self._current = invocation
            self._phase = Phase.RUNNING
            self.delivered_at = self._clock()
            self._condition.notify_all()
        return Answer(200, invocation.payload, next_headers(invocation, self.delivered_at))

    def _init_error(self, asked: Asked) -> Answer:
        body = asked.read()
        if self._phase is not Phase.STARTING:
            return refusal(403, "InvalidStateTransition", "init/error comes before the first next")
        self.signals.put(Signal("init-error", None, body, error_type(asked)))
        return accepted()

    def _answer(self, asked: Asked, request_id: str, verb: str) -> Answer:
        body = asked.read()
        mode = asked.headers.get("Lambda-Runtime-Function-Response-Mode")
        with self._condition:
            if self._current is None or self._current.request_id != request_id:
                return refusal(400, "InvalidRequestID", "Invalid request ID")
            if self._phase is not Phase.RUNNING:
                return refusal(403, "InvalidStateTransition", "This invocation has its answer")
            if asked.is_truncated:
                return refusal(400, "Function.TruncatedResponse", "The body ended too early")
            if verb == "response" and mode not in (None, "", "streaming"):
                return refusal(400, "InvalidFunctionResponseMode", f"Invalid mode: {mode}")
            self._phase = Phase.ANSWERED
            if verb == "response" and len(body) > MAXIMUM_ANSWER:
                self.signals.put(
                    Signal(
                        "too-large",
                        request_id,
                        too_large(len(body)),
                        "Function.ResponseSizeTooLarge",
                    )
                )
                return refusal(
                    413,
                    "RequestEntityTooLarge",
                    f"Exceeded maximum allowed payload size ({MAXIMUM_ANSWER} bytes).",
                )
        kind = error_type(asked) if verb == "error" else None
        self.signals.put(Signal(verb, request_id, body, kind))
        return accepted()


def next_headers(invocation: Invocation, delivered_at: float) -> dict[str, str]:
    deadline = int((delivered_at + invocation.timeout_seconds) * 1000)
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(deadline),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": invocation.trace_header or "",
        "Lambda-Runtime-Client-Context": invocation.client_context or "",
    }
    return {name: value for name, value in headers.items() if value}  # empty ones are left out


def error_type(asked: Asked) -> str:
    given = asked.headers.get("Lambda-Runtime-Function-Error-Type") or ""
    if ERROR_TYPE.fullmatch(given):
        return given
    return "Function.Unknown" if given.startswith("Function.") else "Runtime.Unknown"


def too_large(size: int) -> bytes:
    return json.dumps(
        {
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": f"Response payload size ({size} bytes) exceeded maximum allowed "
            f"payload size ({MAXIMUM_ANSWER} bytes).",
        }
    ).encode()


def accepted() -> Answer:
    return Answer.of_json({"status": "OK"}, 202)


def refusal(status: int, kind: str, message: str) -> Answer:
    return Answer.of_json({"errorType": kind, "errorMessage": message}, status)

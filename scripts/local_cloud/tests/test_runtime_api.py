"""A process sees Lambda's states, limits and status codes."""

import http.client
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud.host.execution_environment import ExecutionEnvironment
from local_cloud.host.runtime_api import Invocation, RuntimeAPI
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.functions import invoking, make_function

PREFIX = "/2018-06-01/runtime"


class Process:
    """A function process, played by hand."""

    def __init__(self, api: RuntimeAPI) -> None:
        host, port = api.address.split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        self._connection.request(
            method,
            PREFIX + path,
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        response = self._connection.getresponse()
        return response.status, response.read(), dict(response.headers.items())


@pytest.fixture
def api() -> Iterator[RuntimeAPI]:
    api = RuntimeAPI()
    yield api
    api.end()


def take(api: RuntimeAPI, process: Process, request_id: str = "id-1") -> dict[str, str]:
    api.offer(Invocation(request_id, b'{"a":1}', "arn:f", 3.0))
    status, body, headers = process.ask("GET", "/invocation/next")
    assert (status, body) == (200, b'{"a":1}')
    return headers


def test_an_event_comes_with_its_headers(api: RuntimeAPI) -> None:
    headers = take(api, Process(api))
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "id-1"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:f"
    assert "Lambda-Runtime-Trace-Id" not in headers  # an empty one is left out


def test_an_answer_is_accepted_once_and_for_the_current_event_only(api: RuntimeAPI) -> None:
    process = Process(api)
    take(api, process)
    assert process.ask("POST", "/invocation/other/response")[0] == 400
    status, body, _ = process.ask("POST", "/invocation/id-1/response", b"{}")
    assert (status, json.loads(body)) == (202, {"status": "OK"})
    assert process.ask("POST", "/invocation/id-1/response")[0] == 403
    assert process.ask("POST", "/invocation/id-1/error")[0] == 403
    take(api, process, "id-2")
    assert process.ask("POST", "/invocation/id-1/response")[0] == 400


def test_next_before_the_answer_is_out_of_order(api: RuntimeAPI) -> None:
    process = Process(api)
    take(api, process)
    assert process.ask("GET", "/invocation/next")[0] == 403


def test_init_error_comes_before_the_first_next(api: RuntimeAPI) -> None:
    process = Process(api)
    assert process.ask("POST", "/init/error", b"{}")[0] == 202
    take(api, process)
    assert process.ask("POST", "/init/error", b"{}")[0] == 403


@pytest.mark.parametrize(
    ("size", "status"), [(6 * 1024 * 1024 + 100, 202), (6 * 1024 * 1024 + 101, 413)]
)
def test_an_answer_has_at_most_6_mb(api: RuntimeAPI, size: int, status: int) -> None:
    process = Process(api)
    take(api, process)
    assert process.ask("POST", "/invocation/id-1/response", b"x" * size)[0] == status
    if status == 413:
        assert api.signals.get(timeout=60).error_type == "Function.ResponseSizeTooLarge"
        assert process.ask("POST", "/invocation/id-1/error")[0] == 403


def test_an_unknown_response_mode_is_refused(api: RuntimeAPI) -> None:
    process = Process(api)
    take(api, process)
    assert (
        process.ask(
            "POST", "/invocation/id-1/response", b"{}", Lambda_Runtime_Function_Response_Mode="slow"
        )[0]
        == 400
    )


@pytest.mark.parametrize(
    ("given", "normalised"),
    [
        ("Function.BadEvent", "Function.BadEvent"),
        ("Runtime.InitError", "Runtime.InitError"),
        ("Unhandled", "Runtime.Unknown"),
        ("Function.bad-one", "Function.Unknown"),
        ("", "Runtime.Unknown"),
    ],
)
def test_error_types_are_normalised(api: RuntimeAPI, given: str, normalised: str) -> None:
    process = Process(api)
    take(api, process)
    process.ask("POST", "/invocation/id-1/error", b"{}", Lambda_Runtime_Function_Error_Type=given)
    assert api.signals.get(timeout=60).error_type == normalised


@pytest.fixture(scope="module")
def echo(base_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    moto = base_moto.fork()
    cloud = moto.cloud()
    make_function(cloud, "echo", "echo", [], memory=128)
    make_function(cloud, "hasty", "echo", [], timeout=1)
    make_function(cloud, "broken", "echo", [], FAIL_INIT="1")
    with invoking(moto, tmp_path_factory.mktemp("echo")) as world:
        yield world


def invoke(world: World, event: Any, name: str = "echo") -> tuple[Any, str | None]:
    outcome = world.runner.functions[name].invoke(json.dumps(event).encode())
    return json.loads(outcome.body), outcome.error_type


def test_a_warm_process_is_used_again(echo: World) -> None:
    first, second = invoke(echo, {"n": 1})[0], invoke(echo, {"n": 2})[0]
    assert first["pid"] == second["pid"] and second["event"] == {"n": 2}


def test_concurrent_events_have_a_process_each(echo: World) -> None:
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(invoke(echo, {"do": "hang"}, "hasty")))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kind for _, kind in answers] == ["Sandbox.Timedout"] * 2


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"do": "exit"}, "Runtime.ExitError"),
        ({"do": "eat"}, "Runtime.OutOfMemory"),
        ({"do": "fail"}, "Function.BadEvent"),
        ({"do": "fail", "type": "Oops"}, "Runtime.Unknown"),
        ({"do": "large"}, "Function.ResponseSizeTooLarge"),
    ],
)
def test_what_goes_wrong_has_its_name_and_the_next_event_is_served(
    echo: World, event: dict[str, str], kind: str
) -> None:
    assert invoke(echo, event)[1] == kind
    assert invoke(echo, {"n": 3})[0]["event"] == {"n": 3}


def test_an_event_that_takes_too_long_is_ended_and_the_next_one_is_served(echo: World) -> None:
    assert invoke(echo, {"do": "hang"}, "hasty")[1] == "Sandbox.Timedout"
    echo.runner.functions["hasty"].timeout_seconds = 20.0  # whatever else this machine does
    assert invoke(echo, {"n": 3}, "hasty")[0]["event"] == {"n": 3}


def test_a_failing_start_is_told(echo: World) -> None:
    answer, kind = invoke(echo, {}, "broken")
    assert kind == "Runtime.InitError" and "no such variable" in answer["errorMessage"]


def test_logs_have_the_functions_lines_between_lambdas_own(echo: World) -> None:
    invoke(echo, {"do": "exit"})
    events = echo.cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/echo")["events"]
    kinds = [each["message"].split(" ")[0].split("\t")[0] for each in events[-4:]]
    assert kinds == ["START", '{"level":', "END", "REPORT"]


def test_a_bootstrap_that_may_not_run_is_an_invalid_entrypoint(tmp_path: Path) -> None:
    (tmp_path / "bootstrap").write_text(f"#!{sys.executable}\n")
    with pytest.raises(PermissionError):
        ExecutionEnvironment(tmp_path, {}, 128, "", lambda _: None)

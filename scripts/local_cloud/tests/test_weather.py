"""The weather does what the README says, and the same again for the same seed."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

import local_cloud
from local_cloud.clock.activity import ACTIVITY
from local_cloud.command.client import Client, Unreachable
from local_cloud.connection.aws import Cloud
from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.raw_request import RawRequest
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.guest import befallen, guest, set_weather
from local_cloud.weather.forecast import KINDS, OPTIONS, Forecast
from local_cloud.weather.layer import Weather

PAGE = (Path(local_cloud.__file__).parent / "README.md").read_text()
CALLS: list[tuple[str, str, dict[str, Any], set[str], int]] = [
    ("dynamodb", "list_tables", {}, {"ThrottlingException"}, 400),
    (
        "dynamodb",
        "scan",
        {"TableName": "none"},
        {
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ThrottlingException",
        },
        400,
    ),
    ("sqs", "list_queues", {}, {"RequestThrottled"}, 400),
    ("s3", "list_buckets", {}, {"SlowDown"}, 503),
    ("lambda", "list_functions", {}, {"TooManyRequestsException"}, 429),
    ("iam", "list_users", {}, {"Throttling"}, 400),
    ("sts", "get_caller_identity", {}, {"Throttling"}, 400),
    ("ses", "list_identities", {}, {"Throttling"}, 400),
    ("sesv2", "list_email_identities", {}, {"TooManyRequestsException"}, 429),
    ("logs", "describe_log_groups", {}, {"ThrottlingException"}, 400),
    ("ssm", "describe_parameters", {}, {"ThrottlingException"}, 400),
    ("kms", "list_keys", {}, {"ThrottlingException"}, 400),
    ("xray", "get_groups", {}, {"ThrottledException"}, 429),
    ("events", "list_rules", {}, {"ThrottlingException"}, 400),
    ("pipes", "list_pipes", {}, {"ThrottlingException"}, 429),
    ("resource-groups", "list_groups", {}, {"TooManyRequestsException"}, 429),
]


def queue_of(cloud: Cloud) -> str:
    return str(cloud.client("sqs").create_queue(QueueName="q")["QueueUrl"])


def depth(moto: MotoProcess) -> int:
    return int(moto.ask("queues")[0]["visible"])


def test_the_weather_is_fine_until_it_is_asked_for(moto: MotoProcess) -> None:
    guest(moto, "sqs").list_queues()
    assert moto.ask("weather") == {"forecast": None, "befallen": []}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "codes", "status"), CALLS, ids=lambda each: str(each)
)
def test_each_service_throttles_in_its_own_words(
    moto: MotoProcess,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    codes: set[str],
    status: int,
) -> None:
    set_weather(moto, throttle=1, mostInARow=40)
    seen = set()
    for _ in range(20 if len(codes) > 1 else 1):
        with pytest.raises(ClientError) as caught:
            getattr(guest(moto, service), operation)(**parameters)
        seen.add(caught.value.response["Error"]["Code"])
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert seen == codes


@pytest.mark.parametrize(
    ("kind", "error", "messages"),
    [
        ("throttle", ClientError, 0),
        ("fail", ClientError, 0),
        ("failAfter", ClientError, 1),
        ("lose", ConnectionClosedError, 0),
        ("loseAfter", ConnectionClosedError, 1),
    ],
)
def test_trouble_comes_before_or_after_the_effect(
    moto: MotoProcess, cloud: Cloud, kind: str, error: type[Exception], messages: int
) -> None:
    url = queue_of(cloud)
    set_weather(moto, **{kind: 1})
    with pytest.raises(error) as caught:
        guest(moto, "sqs").send_message(QueueUrl=url, MessageBody="m")
    if kind.startswith("fail"):
        assert isinstance(caught.value, ClientError)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (500, 503)
    assert depth(moto) == messages
    assert befallen(moto) == [("sqs:SendMessage", 1, kind)]


def test_a_request_gets_through_after_two_troubles_in_a_row(moto: MotoProcess) -> None:
    set_weather(moto, throttle=1)
    sqs = guest(moto, "sqs")
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(ClientError):
                sqs.list_queues()
        sqs.list_queues()
    with pytest.raises(ClientError):
        sqs.list_queues(QueueNamePrefix="another question")


def test_trouble_ends_after_the_most_that_was_asked_for(moto: MotoProcess) -> None:
    set_weather(moto, throttle=1, mostInARow=9, most=1)
    sqs = guest(moto, "sqs")
    with pytest.raises(ClientError):
        sqs.list_queues()
    for prefix in "abc":
        sqs.list_queues(QueueNamePrefix=prefix)


def test_it_meets_only_the_services_and_operations_that_are_named(moto: MotoProcess) -> None:
    set_weather(moto, throttle=1, services=["sqs", "logs:DescribeLogStreams"])
    guest(moto, "logs").describe_log_groups()
    guest(moto, "iam").list_users()
    with pytest.raises(ClientError):
        guest(moto, "sqs").list_queues()
    with pytest.raises(ClientError, match="Throttling"):
        guest(moto, "logs").describe_log_streams(logGroupName="none")


def test_who_works_for_aws_itself_is_spared(moto: MotoProcess, cloud: Cloud) -> None:
    set_weather(moto, **dict.fromkeys(("throttle", "page", "lose"), 1))
    assert cloud.client("sqs").list_queues() and befallen(moto) == []


def sequence(moto: MotoProcess, seed: int, calls: list[tuple[str, str]]) -> list[Any]:
    moto.ask("weather", {"seed": seed, "throttle": 0.3, "fail": 0.2, "lose": 0.1, "mostInARow": 99})
    for service, operation in calls:
        try:
            getattr(guest(moto, service), operation)()
        except (ClientError, ConnectionClosedError):
            continue
    return befallen(moto)


def test_the_same_seed_brings_the_same_again_whatever_else_is_called(moto: MotoProcess) -> None:
    calls = [("sqs", "list_queues"), ("iam", "list_users")] * 10
    first = sequence(moto, 7, calls)
    assert 5 < len(first) < 20
    assert sequence(moto, 7, calls) == first
    assert sequence(moto, 8, calls) != first
    assert sorted(sequence(moto, 7, sorted(calls))) == sorted(first)


def test_nothing_is_held_while_a_call_is_delayed() -> None:
    paused: list[float] = []

    def pause(seconds: float) -> None:
        taken = threading.Thread(target=lambda: paused.append(seconds) if is_free() else None)
        taken.start()
        taken.join()

    def is_free() -> bool:
        if not ACTIVITY.condition.acquire(blocking=False):
            return False
        ACTIVITY.condition.release()
        return True

    weather = Weather(pause)
    weather.set(Forecast(1, {"delay": 1.0}, delay_seconds=3.0))
    request = RawRequest("POST", "/", "", {}, b"{}")
    answer: Answer = (200, {}, b"{}")
    call = ApiCall("sqs", "ListQueues", "eu-west-1", "json")
    assert weather.around(request, call, lambda _: answer) == answer
    assert len(paused) == 1 and 0 < paused[0] < 3


def test_the_control_api_sets_tells_and_ends_it(world: World) -> None:
    client = Client(world.control_url)
    client.post("weather", {"seed": 7})
    assert client.get("weather")["forecast"] == Forecast(7).json()
    client.post("weather", {"seed": 7, "throttle": 1, "services": ["sqs"], "most": 1})
    assert client.get("weather")["forecast"]["throttle"] == 1
    with pytest.raises(ClientError):
        guest(world.moto, "sqs").list_queues()
    assert [each["kind"] for each in client.get("weather")["befallen"]] == ["throttle"]
    for wrong in ({}, {"seed": 1, "rain": 1}, {"seed": 1, "throttle": 2}):
        with pytest.raises(Unreachable):
            client.post("weather", wrong)
    client.delete("weather")
    assert client.get("weather") == {"forecast": None, "befallen": []}


def test_every_kind_with_its_share_and_every_option_is_on_its_page() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\d %,]+) \|", PAGE, re.MULTILINE)
    told = {
        kind.strip("`"): int(share.split()[0]) / 100
        for kinds, shares in rows
        for kind, share in zip(kinds.split(", "), shares.split(", "), strict=True)
    }
    assert told == KINDS
    assert [name for name in ("services", *OPTIONS) if f"`{name}`" not in PAGE] == []

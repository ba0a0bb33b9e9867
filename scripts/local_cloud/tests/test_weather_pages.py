"""Pages and parts, put together, are the whole."""

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.filled import COUNT, GROUP, fill
from local_cloud.tests.functions import BUCKET, TABLE
from local_cloud.tests.guest import befallen, guest, set_weather
from local_cloud.weather.pages import page_size

NOW = time.time()
SPAN = {"StartTime": NOW - 3600, "EndTime": NOW + 3600}
METRIC = {
    "Id": "m",
    "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"},
}
# Service, operation, parameters, token asked and answered, where the items are, how many.
LISTS: list[tuple[str, str, dict[str, Any], str, str, str, int]] = [
    ("sqs", "list_queues", {}, "NextToken", "NextToken", "QueueUrls", COUNT),
    ("logs", "filter_log_events", {"logGroupName": GROUP}, "nextToken", "", "events", COUNT),
    ("logs", "describe_log_groups", {}, "nextToken", "", "logGroups", COUNT + 2),
    ("logs", "describe_query_definitions", {}, "nextToken", "", "queryDefinitions", COUNT),
    ("xray", "get_trace_summaries", SPAN, "NextToken", "", "TraceSummaries", COUNT),
    ("cloudwatch", "describe_alarms", {}, "NextToken", "", "MetricAlarms", COUNT),
    ("lambda", "list_functions", {}, "Marker", "NextMarker", "Functions", 1),
    ("lambda", "list_event_source_mappings", {}, "Marker", "NextMarker", "EventSourceMappings", 2),
    ("iam", "list_users", {}, "Marker", "", "Users", COUNT),
    ("iam", "list_access_keys", {"UserName": "user-0"}, "Marker", "", "AccessKeyMetadata", 2),
    ("iam", "list_user_policies", {"UserName": "user-0"}, "Marker", "", "PolicyNames", COUNT),
    ("events", "list_event_buses", {}, "NextToken", "", "EventBuses", COUNT + 1),
    ("events", "list_rules", {}, "NextToken", "", "Rules", COUNT),
    ("events", "list_targets_by_rule", {"Rule": "rule-0"}, "NextToken", "", "Targets", 5),
    ("acm", "list_certificates", {}, "NextToken", "", "CertificateSummaryList", COUNT),
    ("ssm", "get_parameters_by_path", {"Path": "/filled"}, "NextToken", "", "Parameters", COUNT),
    ("ses", "list_identities", {}, "NextToken", "", "Identities", COUNT),
    (
        "s3",
        "list_objects_v2",
        {"Bucket": BUCKET, "Prefix": "emails/"},
        "ContinuationToken",
        "NextContinuationToken",
        "Contents",
        COUNT,
    ),
    (
        "dynamodb",
        "scan",
        {"TableName": TABLE},
        "ExclusiveStartKey",
        "LastEvaluatedKey",
        "Items",
        21,
    ),
    (
        "dynamodb",
        "query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "PK = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "SMTP_USER"}},
        },
        "ExclusiveStartKey",
        "LastEvaluatedKey",
        "Items",
        COUNT,
    ),
]


@pytest.fixture(scope="module")
def filled_moto(base_moto: MotoProcess) -> Iterator[MotoProcess]:
    copy = base_moto.fork()
    fill(copy.cloud())
    yield copy
    copy.stop()


@pytest.fixture
def filled(filled_moto: MotoProcess) -> Iterator[MotoProcess]:
    copy = filled_moto.fork()
    yield copy
    copy.stop()


def pages(ask: Any, parameters: dict[str, Any], asked: str, answered: str, name: str) -> list[Any]:
    found: list[Any] = []
    more: dict[str, Any] = {}
    for _ in range(100):
        answer = ask(**parameters, **more)
        found.append(answer.get(name, []))
        token = answer.get(answered)
        if not token:
            return found
        more = {asked: token}
    raise AssertionError("there is always another page")


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "asked", "answered", "name", "number"),
    LISTS,
    ids=[each[1] for each in LISTS],
)
def test_the_pages_of_a_list_are_the_list(
    filled: MotoProcess,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    asked: str,
    answered: str,
    name: str,
    number: int,
) -> None:
    whole = getattr(filled.cloud().client(service), operation)(**parameters)[name]
    assert len(whole) == number
    lengths: set[int] = set()
    for seed in range(4):
        set_weather(filled, seed=seed, page=1)
        ask = getattr(guest(filled, service), operation)
        found = pages(ask, parameters, asked, answered or asked, name)
        assert [each for page in found for each in page] == whole
        assert {kind for _, _, kind in befallen(filled)} == {"page"}
        lengths |= {len(page) for page in found}
    assert len(lengths) > 1 and (service == "dynamodb" or 0 in lengths)


def test_a_metrics_points_may_come_on_two_pages(filled: MotoProcess) -> None:
    whole = filled.cloud().client("cloudwatch")
    asked: dict[str, Any] = {**SPAN, "MetricDataQueries": [METRIC], "ScanBy": "TimestampAscending"}
    values = whole.get_metric_data(**asked)["MetricDataResults"][0]["Values"]
    set_weather(filled, page=1, pageItems=1)
    ask = guest(filled, "cloudwatch").get_metric_data
    found = [
        result
        for page in pages(ask, asked, "NextToken", "NextToken", "MetricDataResults")
        for result in page
    ]
    assert [(each["Id"], each["StatusCode"]) for each in found] == [
        ("m", "PartialData"),
        ("m", "Complete"),
    ]
    assert found[0]["Values"] + found[1]["Values"] == values and len(values) > 1


def test_a_page_is_there_again_for_who_asks_again(filled: MotoProcess) -> None:
    set_weather(filled, page=1)
    iam = guest(filled, "iam")
    token = iam.list_users()["Marker"]
    filled.ask("weather", {})
    again = [iam.list_users(Marker=token)["Users"] for _ in range(2)]
    assert again[0] == again[1] != []


def test_a_page_holds_no_more_than_was_asked_for_and_two_empty_ones_never_follow() -> None:
    sizes = [page_size(Random(seed), 9, 0, 3) for seed in range(50)]
    assert set(sizes) == {0, 1, 2, 3}
    assert 0 not in {page_size(Random(seed), 9, 1, 3) for seed in range(50)}


def test_a_batch_is_worked_on_in_part(filled: MotoProcess) -> None:
    set_weather(filled, partial=1)
    dynamodb = guest(filled, "dynamodb")
    keys = [{"PK": {"S": f"ROUTE#{each}"}, "SK": {"S": "A"}} for each in range(COUNT)]
    left: dict[str, Any] = {TABLE: {"Keys": keys, "ConsistentRead": True}}
    found, rounds = [], 0
    while left:
        answer = dynamodb.batch_get_item(RequestItems=left)
        found += answer["Responses"][TABLE]
        left, rounds = answer["UnprocessedKeys"], rounds + 1
        assert not left or left[TABLE]["ConsistentRead"] is True
    assert rounds > 1 and sorted(each["PK"]["S"] for each in found) == [
        each["PK"]["S"] for each in keys
    ]
    writes: Any = [{"PutRequest": {"Item": {**key, "SK": {"S": "C"}}}} for key in keys]
    written = dynamodb.batch_write_item(RequestItems={TABLE: writes})
    left_over = written["UnprocessedItems"][TABLE]
    assert left_over == writes[-len(left_over) :] and 0 < len(left_over) < COUNT


def test_fewer_messages_are_received_but_a_long_poll_finds_one(filled: MotoProcess) -> None:
    url = guest(filled, "sqs").get_queue_url(QueueName="queue-0")["QueueUrl"]
    for number in range(40):
        guest(filled, "sqs").send_message(QueueUrl=url, MessageBody=str(number))
    set_weather(filled, partial=1)
    lengths: dict[int, set[int]] = {0: set(), 1: set()}
    for wait in (0, 1) * 16:
        answer = guest(filled, "sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait, VisibilityTimeout=0
        )
        lengths[wait].add(len(answer.get("Messages", [])))
    assert 0 in lengths[0] and 0 not in lengths[1]
    assert max(lengths[0] | lengths[1]) < 10

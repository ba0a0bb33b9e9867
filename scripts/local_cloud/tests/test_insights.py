"""A query of Logs Insights finds what it would find on AWS."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.insights.query import discovered, execute, text
from local_cloud.insights.words import Malformed

GROUP = "/aws/lambda/f"
ROOT = Path(__file__).parents[3]


def rows(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**discovered(json.dumps(line)), "@timestamp": 1000 + n, "@ptr": str(n)}
        for n, line in enumerate(lines)
    ]


LINES = rows(
    {"level": "INFO", "outcome": "routed", "durationMs": 4.0, "record": {"status": "success"}},
    {"level": "WARN", "outcome": "failed", "durationMs": 6.0, "reason": "first"},
    {"level": "ERROR", "outcome": "failed", "durationMs": 8.0, "reason": "a | b"},
)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('level = "WARN"', ["WARN"]),
        ("level != 'WARN'", ["ERROR", "INFO"]),
        ('level in ["WARN", "ERROR"]', ["ERROR", "WARN"]),
        ('level not in ["WARN", "ERROR"]', ["INFO"]),
        ('record.status = "success" or reason = "a | b"', ["ERROR", "INFO"]),
        ('(level = "INFO" or level = "WARN") and durationMs > 5', ["WARN"]),
        ("ispresent(reason) and not reason like 'first'", ["ERROR"]),
    ],
)
def test_a_filter_leaves_what_it_names(condition: str, found: list[str]) -> None:
    answer = execute(f"filter {condition} | fields level", LINES)
    assert [row["level"] for row in answer] == found


def test_statistics_are_of_each_group() -> None:
    answer = execute(
        "stats count(*) as lines, avg(durationMs), pct(durationMs, 95) as p95, "
        "latest(reason) as last by outcome | sort lines desc | limit 5",
        LINES,
    )
    assert answer == [
        {"outcome": "failed", "lines": 2, "avg(durationMs)": 7.0, "p95": 8.0, "last": "a | b"},
        {"outcome": "routed", "lines": 1, "avg(durationMs)": 4.0, "p95": 4.0},
    ]


def test_the_newest_comes_first_and_an_absent_field_is_not_answered() -> None:
    assert execute("fields @timestamp, reason | limit 2", LINES) == [
        {"@timestamp": 1002, "reason": "a | b", "@ptr": "2"},
        {"@timestamp": 1001, "reason": "first", "@ptr": "1"},
    ]
    assert execute("fields level | sort @timestamp asc | limit 1", LINES)[0]["level"] == "INFO"


def words(file: str, pattern: str) -> list[str]:
    return re.findall(pattern, (ROOT / file).read_text())


def test_the_query_of_held_mail_finds_every_reason_of_the_router_and_of_gmail() -> None:
    queries = words("terraform/modules/ses-mail/queries.tf", r"held_mail_filter = (\".*\")")
    reasons = words("Sources/Mail/Routing/RoutingReason.swift", r'case "(.*)":')
    assert {"ended", "blocked-sender", "sender-not-listed", "spam", "keep"} < set(reasons)
    lines = rows(
        *({"outcome": "routed", "reason": reason} for reason in [*reasons, "keep,ended"]),
        *({"outcome": "routed", "reason": reason} for reason in ("canary", None)),
        *({"outcome": outcome} for outcome in ("refused", "junk-imported", "junk-refused")),
        *({"outcome": outcome, "reason": "x"} for outcome in ("imported", "failed", "suppressed")),
    )
    found = execute(f"{json.loads(queries[0])} | fields outcome, reason", lines)
    assert sorted((row["outcome"], row.get("reason", "")) for row in found) == sorted(
        [("routed", reason) for reason in [*reasons, "keep,ended"] if reason != "keep"]
        + [("refused", ""), ("junk-imported", ""), ("junk-refused", "")]
    )


def test_values_are_written_as_the_service_does() -> None:
    assert text("@timestamp", 1795521844898) == "2026-11-24 12:04:04.898"
    assert text("averageMs", 18.524169) == "18.5242"
    assert text("count", 3) == "3"


@pytest.mark.parametrize("query", ["parse @message", "filter level", "stats nonsense(x)", "sort"])
def test_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(Malformed):
        execute(query, LINES)


def write(cloud: Cloud, *lines: dict[str, Any]) -> Any:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": json.dumps(line)} for line in lines],
    )
    return logs


def test_a_query_is_started_and_answered(cloud: Cloud) -> None:
    logs = write(cloud, {"level": "ERROR", "n": 1}, {"level": "INFO", "n": 2})
    span = {"startTime": int(time.time()) - 60, "endTime": int(time.time())}
    identifier = logs.start_query(
        logGroupNames=[GROUP], queryString='filter level = "ERROR" | fields n, @log', **span
    )["queryId"]
    answer = logs.get_query_results(queryId=identifier)
    assert answer["status"] == "Complete"
    found = {field["field"]: field["value"] for field in answer["results"][0]}
    assert len(answer["results"]) == 1
    assert found["n"] == "1" and found["@log"] == f"123456789012:{GROUP}"
    for group, query, code in (
        ("nowhere", "fields n", "ResourceNotFoundException"),
        (GROUP, "nonsense", "MalformedQueryException"),
    ):
        with pytest.raises(ClientError) as refused:
            logs.start_query(logGroupNames=[group], queryString=query, **span)
        assert refused.value.response["Error"]["Code"] == code


def test_a_line_in_the_embedded_metric_format_is_counted(cloud: Cloud) -> None:
    now = int(time.time())
    embedding = {
        "Timestamp": now * 1000,
        "CloudWatchMetrics": [
            {"Namespace": "N", "Dimensions": [[]], "Metrics": [{"Name": "M", "Unit": "Count"}]}
        ],
    }
    write(cloud, {"_aws": embedding, "M": 3}, {"_aws": "nonsense"}, {"M": 5})
    found = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="N",
        MetricName="M",
        StartTime=now - 60,
        EndTime=now + 60,
        Period=300,
        Statistics=["Sum"],
    )
    assert [point["Sum"] for point in found["Datapoints"]] == [3.0]

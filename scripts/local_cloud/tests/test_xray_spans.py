"""With Transaction Search on, spans are log lines, and X-Ray finds the indexed traces only."""

import json
import time
from typing import Any

import pytest

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import policy

GROUP = "aws/spans"
TRACES = [
    f"1-67a1b2c3-{number:016x}{high}0000000" for number, high in enumerate("0123456789abcdef")
]


def segment(trace: str, **more: Any) -> dict[str, Any]:
    now = time.time()
    found = {
        "name": "bouncer",
        "id": "53995c3f42cd8ad8",
        "trace_id": trace,
        "start_time": now,
        "end_time": now + 0.25,
        "annotations": {"messageId": trace[-10:]},
    }
    return found | more


def put(cloud: Cloud, *segments: dict[str, Any]) -> None:
    texts = [json.dumps(each) for each in segments]
    cloud.client("xray").put_trace_segments(TraceSegmentDocuments=texts)


def found(cloud: Cloud) -> set[str]:
    answer = cloud.client("xray").get_trace_summaries(
        StartTime=time.time() - 60, EndTime=time.time() + 60
    )
    return {each["Id"] for each in answer["TraceSummaries"]}


def lines(cloud: Cloud, pattern: str = "") -> list[dict[str, Any]]:
    events = cloud.client("logs").filter_log_events(logGroupName=GROUP, filterPattern=pattern)
    return [json.loads(each["message"]) for each in events["events"]]


@pytest.fixture
def searched(cloud: Cloud) -> Cloud:
    """An account with Transaction Search on."""
    statement = {
        "Sid": "Spans",
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": f"arn:aws:logs:*:*:log-group:{GROUP}:*",
    }
    cloud.client("logs").put_resource_policy(policyName="spans", policyDocument=policy(statement))
    cloud.client("xray").update_trace_segment_destination(Destination="CloudWatchLogs")
    return cloud


def test_without_it_every_trace_is_found(cloud: Cloud) -> None:
    put(cloud, *map(segment, TRACES))
    assert found(cloud) == set(TRACES)


def test_with_it_a_hundredth_is_found(searched: Cloud) -> None:
    put(searched, *map(segment, TRACES))
    assert found(searched) == {TRACES[0]}
    traces = searched.client("xray").batch_get_traces(TraceIds=TRACES[:2])["Traces"]
    assert [each["Id"] for each in traces] == TRACES[:1]


def test_as_many_are_found_as_the_indexing_rule_says(searched: Cloud) -> None:
    searched.client("xray").update_indexing_rule(
        Name="Default", Rule={"Probabilistic": {"DesiredSamplingPercentage": 25}}
    )
    put(searched, *map(segment, TRACES))
    assert found(searched) == set(TRACES[:4])


def test_every_segment_is_a_span_in_the_logs(searched: Cloud) -> None:
    inner = {
        "id": "1111111111111111",
        "name": "SES",
        "start_time": 5.5,
        "end_time": 6,
        "error": True,
    }
    outer = segment(TRACES[5], subsegments=[inner | {"namespace": "aws"}], parent_id="2" * 16)
    put(searched, outer)
    server, client = lines(searched)
    assert server["traceId"] == TRACES[5].replace("1-", "", 1).replace("-", "")
    assert (server["spanId"], server["parentSpanId"]) == (outer["id"], "2" * 16)
    assert (server["name"], server["kind"]) == ("bouncer", "SERVER")
    assert server["durationNano"] == server["endTimeUnixNano"] - server["startTimeUnixNano"]
    assert round(server["durationNano"], -6) == 250_000_000
    assert server["attributes"]["messageId"] == TRACES[5][-10:]
    assert (client["parentSpanId"], client["kind"]) == (outer["id"], "CLIENT")
    assert (client["startTimeUnixNano"], client["status"]) == (5_500_000_000, {"code": "ERROR"})
    assert client["resource"]["attributes"]["service.name"] == "bouncer"


def test_nothing_is_written_once_no_policy_lets_xray_in(searched: Cloud) -> None:
    searched.client("logs").delete_resource_policy(policyName="spans")
    put(searched, segment(TRACES[5]))
    assert lines(searched) == []


def test_what_was_found_before_is_found_after(cloud: Cloud, request: pytest.FixtureRequest) -> None:
    put(cloud, segment(TRACES[9]))
    searched = request.getfixturevalue("searched")
    put(searched, segment(TRACES[8]))
    assert found(searched) == {TRACES[9]}

"""X-Ray with Transaction Search: every span is a line of the log group `aws/spans`.

Feature: moto has no Transaction Search. Only a share of the traces, which the indexing rule sets,
can be found in X-Ray itself. A segment becomes a span in OpenTelemetry's form; AWS's pages do not
say what becomes of its annotations: here they are attributes by their own names, as AWS's collector
translates them.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search-ingesting-span-log-groups.html
"""

import json
from collections.abc import Iterator
from typing import Any

from moto.logs import logs_backends

from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits

GROUP, STREAM = "aws/spans", "default"
Segment = dict[str, Any]


def make_group(account: str, region: str) -> None:
    logs = logs_backends[account][region]
    if GROUP not in logs.groups:
        logs.create_log_group(GROUP, {})
        logs.create_log_stream(GROUP, STREAM)


def write(account: str, region: str, segment: Segment) -> None:
    """Writes the segment's spans as X-Ray, which a policy of the logs must let in."""
    logs = logs_backends[account][region]
    source = f"arn:aws:xray:{region}:{account}:trace-segment"
    request = Request(
        "logs:PutLogEvents",
        f"arn:aws:logs:{region}:{account}:log-group:{GROUP}:log-stream:{STREAM}",
        {"aws:SourceArn": [source], "aws:SourceAccount": [account]},
        principal_service="xray.amazonaws.com",
    )
    if admits([f"log policy {name}" for name in logs.resource_policies], request):
        now = int(ACTIVITY.clock.now() * 1000)
        lines = [{"timestamp": now, "message": json.dumps(each)} for each in spans(segment)]
        logs.put_log_events(GROUP, STREAM, lines)


def is_indexed(trace_id: str, percentage: float) -> bool:
    """Whether the trace is in the indexed share; the same for all of its segments."""
    return int(trace_id[-8:], 16) < percentage / 100 * 2**32


def spans(segment: Segment) -> Iterator[dict[str, Any]]:
    """The span of the segment and those of its subsegments."""
    yield span(segment)
    for each in segment.get("subsegments", []):
        yield from spans(
            {"trace_id": segment["trace_id"], "parent_id": segment["id"], "type": "subsegment"}
            | {"service": segment.get("service", {"name": segment["name"]})}
            | each
        )


def span(segment: Segment) -> dict[str, Any]:
    start = round(float(segment["start_time"]) * 1e9)
    end = round(float(segment.get("end_time") or segment["start_time"]) * 1e9)
    annotations = segment.get("annotations", {})
    is_remote = segment.get("namespace") in ("aws", "remote")
    is_inner = segment.get("type") == "subsegment"
    service = segment.get("service", {}).get("name", segment["name"])
    found = {
        "resource": {"attributes": {"service.name": service, "cloud.provider": "aws"}},
        "traceId": segment["trace_id"].removeprefix("1-").replace("-", ""),
        "spanId": segment["id"],
        "name": segment["name"],
        "kind": "CLIENT" if is_remote else "INTERNAL" if is_inner else "SERVER",
        "startTimeUnixNano": start,
        "endTimeUnixNano": end,
        "durationNano": end - start,
        "attributes": {**annotations, "aws.xray.annotations": list(annotations)},
        "status": {"code": "ERROR" if segment.get("fault") or segment.get("error") else "UNSET"},
    }
    parent = segment.get("parent_id")
    return found | ({"parentSpanId": parent} if parent else {})

"""X-Ray: the segments that were sent, found by an annotation, and whole traces.

Feature: moto fails where a filter expression is given. The form that our commands use is known
here; any other is refused, so that nobody takes "everything" for an answer.
https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
"""

import json
import re
from typing import Any

from moto.xray import responses

from local_cloud.additions import xray_spans
from local_cloud.additions.account import destination
from local_cloud.additions.indexing_rules import default_rule
from local_cloud.additions.patching import wrap

MAXIMUM_KEPT = 20_000
LONGEST_SPAN_SECONDS = 86_400
EXPRESSION = re.compile(r'^annotation(?:\.(\w+)|\[(\w+)\]) = "((?:[^"\\]|\\.)*)"$')

Answer = str | tuple[str, dict[str, int]]


def documents(response: Any) -> list[dict[str, Any]]:
    store: list[dict[str, Any]] = response.xray_backend.__dict__.setdefault("documents", [])
    return store


def keep(response: Any, document: dict[str, Any]) -> None:
    """Stores a segment in X-Ray, or in the logs and, for a share of the traces, in X-Ray too."""
    is_found = True
    if destination(response)["Destination"] == "CloudWatchLogs":
        xray_spans.write(response.current_account, response.region, document)
        share = default_rule(response)["Rule"]["Probabilistic"]["ActualSamplingPercentage"]
        is_found = xray_spans.is_indexed(document["trace_id"], share)
    if is_found:
        documents(response).append(document)


def is_bad(message: str) -> Answer:
    return json.dumps({"__type": "InvalidRequestException", "message": message}), {"status": 400}


def install() -> None:
    owner = responses.XRayResponse

    @wrap(owner, "trace_segments")
    def put_trace_segments(_: Any, response: Any) -> Answer:
        refused = []
        for text in response.request_params.get("TraceSegmentDocuments") or []:
            try:
                document = json.loads(text)
                needed = [document[name] for name in ("id", "trace_id", "name", "start_time")]
                int(document["trace_id"][-8:], 16)
            except (ValueError, KeyError, TypeError):
                refused.append({"ErrorCode": "ParseError", "Message": "no segment document"})
                continue
            if all(needed):
                keep(response, document)
        del documents(response)[:-MAXIMUM_KEPT]
        return json.dumps({"UnprocessedTraceSegments": refused})

    @wrap(owner, "trace_summaries")
    def get_trace_summaries(_: Any, response: Any) -> Answer:
        request = response.request_params
        try:
            start, end = float(request["StartTime"]), float(request["EndTime"])
        except (KeyError, TypeError, ValueError):
            return is_bad("StartTime and EndTime are epoch seconds")
        if not 0 < end - start <= LONGEST_SPAN_SECONDS:
            return is_bad("the time range must be within a day")
        expression = request.get("FilterExpression") or ""
        match = EXPRESSION.match(expression)
        if expression and not match:
            return is_bad(f"local-cloud does not know this filter expression: {expression}")
        key = match and (match.group(1) or match.group(2))
        value = match and json.loads(f'"{match.group(3)}"')
        traces: dict[str, list[dict[str, Any]]] = {}
        for document in documents(response):
            traces.setdefault(document["trace_id"], []).append(document)
        found = [
            summary(identifier, parts)
            for identifier, parts in traces.items()
            if any(start <= part["start_time"] <= end for part in parts)
            and (
                key is None or any(part.get("annotations", {}).get(key) == value for part in parts)
            )
        ]
        return json.dumps({"TraceSummaries": found, "TracesProcessedCount": len(traces)})

    @wrap(owner, "traces")
    def batch_get_traces(_: Any, response: Any) -> Answer:
        identifiers = response.request_params.get("TraceIds") or []
        if not 0 < len(identifiers) <= 5:
            return is_bad("between one and five trace ids")
        answer: dict[str, list[Any]] = {"Traces": [], "UnprocessedTraceIds": []}
        for identifier in identifiers:
            parts = [each for each in documents(response) if each["trace_id"] == identifier]
            if parts:
                answer["Traces"].append(
                    {
                        "Id": identifier,
                        "Duration": summary(identifier, parts)["Duration"],
                        "Segments": [
                            {"Id": each["id"], "Document": json.dumps(each)} for each in parts
                        ],
                    }
                )
        return json.dumps(answer)


def summary(identifier: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    start = min(part["start_time"] for part in parts)
    end = max(part.get("end_time", part["start_time"]) for part in parts)
    return {
        "Id": identifier,
        "Duration": round(end - start, 3),
        "ResponseTime": round(end - start, 3),
        "HasFault": any(part.get("fault", False) for part in parts),
        "HasError": any(part.get("error", False) for part in parts),
        "IsPartial": False,
    }

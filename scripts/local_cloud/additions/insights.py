"""CloudWatch Logs Insights: queries that are carried out.

Bug of moto: a query's `filter`, `stats` and `parse` are passed over in silence; only `fields`,
`sort` by time and `limit` do something.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

import json
import uuid
from typing import Any

from moto.logs import responses

from local_cloud.additions.patching import add
from local_cloud.insights.query import discovered, execute, text
from local_cloud.insights.words import Malformed

Answer = str | tuple[str, dict[str, int]]


def start_query(response: Any) -> Answer:
    backend = response.logs_backend
    names = response._get_param("logGroupNames") or [response._get_param("logGroupName")]
    missing = [name for name in names if name not in backend.groups]
    if missing:
        return refused("ResourceNotFoundException", f"Log group '{missing[0]}' does not exist")
    rows = [
        row
        for name in names
        for row in rows_of(backend.groups[name], response.current_account)
        if response._get_param("startTime") * 1000
        <= row["@timestamp"]
        <= response._get_param("endTime") * 1000 + 999
    ]
    try:
        found = execute(response._get_param("queryString"), rows)
    except Malformed as error:
        return refused("MalformedQueryException", str(error))
    identifier = str(uuid.uuid4())
    kept(response)[identifier] = [
        [{"field": name, "value": text(name, value)} for name, value in row.items()]
        for row in found
    ]
    return json.dumps({"queryId": identifier})


def rows_of(group: Any, account: str) -> list[dict[str, Any]]:
    return [
        {
            **discovered(event.message),
            "@timestamp": event.timestamp,
            "@message": event.message,
            "@log": f"{account}:{group.name}",
            "@logStream": stream.log_stream_name,
            "@ptr": str(event.event_id),
        }
        for stream in group.streams.values()
        for event in stream.events
    ]


def get_query_results(response: Any) -> Answer:
    found = kept(response).get(response._get_param("queryId"))
    if found is None:
        return refused("ResourceNotFoundException", "The query does not exist")
    return json.dumps({"results": found, "status": "Complete", "statistics": {}})


def stop_query(response: Any) -> Answer:
    return refused("InvalidParameterException", "Query is not in a running state")


def kept(response: Any) -> dict[str, Any]:
    store: dict[str, Any] = response.logs_backend.__dict__.setdefault("query_results", {})
    return store


def refused(code: str, message: str) -> Answer:
    return json.dumps({"__type": code, "message": message}), {"status": 400}


def install() -> None:
    add(responses.LogsResponse, start_query, get_query_results, stop_query)

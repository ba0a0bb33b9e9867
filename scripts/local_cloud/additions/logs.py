"""CloudWatch Logs: saved queries of Insights.

Feature: moto has no query definitions.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

import json
from typing import Any

from moto.logs import responses
from moto.moto_api._internal import mock_random

from local_cloud.additions.patching import add
from local_cloud.clock.activity import ACTIVITY


def definitions(response: Any) -> dict[str, dict[str, Any]]:
    store: dict[str, dict[str, Any]] = response.logs_backend.__dict__.setdefault(
        "saved_queries", {}
    )
    return store


def put_query_definition(response: Any) -> str:
    identifier = response._get_param("queryDefinitionId") or str(mock_random.uuid4())
    definitions(response)[identifier] = {
        "queryDefinitionId": identifier,
        "name": response._get_param("name"),
        "queryString": response._get_param("queryString"),
        "logGroupNames": response._get_param("logGroupNames") or [],
        "lastModified": int(ACTIVITY.clock.now() * 1000),
    }
    return json.dumps({"queryDefinitionId": identifier})


def describe_query_definitions(response: Any) -> str:
    prefix = response._get_param("queryDefinitionNamePrefix") or ""
    found = [each for each in definitions(response).values() if each["name"].startswith(prefix)]
    return json.dumps({"queryDefinitions": found})


def delete_query_definition(response: Any) -> str:
    identifier = response._get_param("queryDefinitionId")
    return json.dumps({"success": definitions(response).pop(identifier, None) is not None})


def install() -> None:
    add(
        responses.LogsResponse,
        put_query_definition,
        describe_query_definitions,
        delete_query_definition,
    )

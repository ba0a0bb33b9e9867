"""X-Ray's indexing rule `Default`: the share of the traces in the logs that can be searched.

Feature: moto has no indexing rules.
https://docs.aws.amazon.com/xray/latest/api/API_UpdateIndexingRule.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search.html
"""

import json
from typing import Any

from moto.xray import responses, urls

from local_cloud.additions.patching import add
from local_cloud.clock.activity import ACTIVITY

DEFAULT = "Default"
DEFAULT_PERCENTAGE = 1.0

Answer = str | tuple[str, dict[str, int]]


def default_rule(response: Any) -> dict[str, Any]:
    """The rule that every account has from the beginning."""
    found: dict[str, Any] = response.xray_backend.__dict__.setdefault(
        "indexing_rule", rule_of(DEFAULT_PERCENTAGE)
    )
    return found


def rule_of(percentage: float) -> dict[str, Any]:
    sampling = {"DesiredSamplingPercentage": percentage, "ActualSamplingPercentage": percentage}
    return {
        "Name": DEFAULT,
        "ModifiedAt": ACTIVITY.clock.now(),
        "Rule": {"Probabilistic": sampling},
    }


def refused(code: str, message: str, status: int) -> Answer:
    return json.dumps({"__type": code, "Message": message}), {"status": status}


def get_indexing_rules(response: Any) -> Answer:
    return json.dumps({"IndexingRules": [default_rule(response)]})


def update_indexing_rule(response: Any) -> Answer:
    request = json.loads(response.body or "{}")
    if request.get("Name") != DEFAULT:
        message = f"There is no indexing rule {request.get('Name')}"
        return refused("ResourceNotFoundException", message, 404)
    probabilistic = (request.get("Rule") or {}).get("Probabilistic") or {}
    percentage = probabilistic.get("DesiredSamplingPercentage")
    if isinstance(percentage, bool) or not isinstance(percentage, (int, float)):
        message = "Rule.Probabilistic.DesiredSamplingPercentage is missing"
        return refused("InvalidRequestException", message, 400)
    if not 0 <= percentage <= 100:
        message = "DesiredSamplingPercentage is between 0 and 100"
        return refused("InvalidRequestException", message, 400)
    default_rule(response).update(rule_of(float(percentage)))
    return json.dumps({"IndexingRule": default_rule(response)})


def install() -> None:
    add(responses.XRayResponse, get_indexing_rules, update_indexing_rule)
    for operation in ("GetIndexingRules", "UpdateIndexingRule"):
        urls.url_paths[f"{{0}}/{operation}$"] = responses.XRayResponse.dispatch

"""X-Ray: groups, sampling rules and resource policies can be made, read and deleted.

Feature: moto has none of these operations.
https://docs.aws.amazon.com/xray/latest/api/API_Operations.html
"""

import json
from typing import Any

from moto.moto_api._internal import mock_random
from moto.xray import responses, urls

from local_cloud.additions.patching import add
from local_cloud.clock.activity import ACTIVITY

Answer = str | tuple[str, dict[str, int]]


def kept(response: Any, kind: str) -> dict[str, Any]:
    """What was made of this kind, by name (`tags` by ARN)."""
    store: dict[str, dict[str, Any]] = response.xray_backend.__dict__.setdefault("settings", {})
    return store.setdefault(kind, {})


def arn(response: Any, path: str) -> str:
    return f"arn:aws:xray:{response.region}:{response.current_account}:{path}"


def is_missing(what: str) -> Answer:
    error = {"__type": "InvalidRequestException", "message": f"{what} not found"}
    return json.dumps(error), {"status": 400}


def create_group(response: Any) -> Answer:
    request = response.request_params
    name = request["GroupName"]
    group = {
        "GroupName": name,
        "GroupARN": arn(response, f"group/{name}/{mock_random.uuid4().hex[:26].upper()}"),
        "FilterExpression": request.get("FilterExpression"),
        "InsightsConfiguration": request.get("InsightsConfiguration")
        or {"InsightsEnabled": False, "NotificationsEnabled": False},
    }
    kept(response, "groups")[name] = group
    kept(response, "tags")[group["GroupARN"]] = request.get("Tags") or []
    return json.dumps({"Group": group})


def find_group(response: Any) -> dict[str, Any] | None:
    request = response.request_params
    for group in kept(response, "groups").values():
        if group["GroupARN"] == request.get("GroupARN"):
            return dict(group)
    named: dict[str, Any] | None = kept(response, "groups").get(request.get("GroupName"))
    return named


def get_group(response: Any) -> Answer:
    group = find_group(response)
    return json.dumps({"Group": group}) if group else is_missing("Group")


def update_group(response: Any) -> Answer:
    group = find_group(response)
    if group is None:
        return is_missing("Group")
    for field in ("FilterExpression", "InsightsConfiguration"):
        group[field] = response.request_params.get(field) or group[field]
    kept(response, "groups")[group["GroupName"]] = group
    return json.dumps({"Group": group})


def delete_group(response: Any) -> Answer:
    group = find_group(response)
    if group is None:
        return is_missing("Group")
    del kept(response, "groups")[group["GroupName"]]
    return "{}"


def create_sampling_rule(response: Any) -> Answer:
    rule = {"Attributes": {}} | response.request_params["SamplingRule"]
    rule["RuleARN"] = arn(response, f"sampling-rule/{rule['RuleName']}")
    record = {
        "SamplingRule": rule,
        "CreatedAt": ACTIVITY.clock.now(),
        "ModifiedAt": ACTIVITY.clock.now(),
    }
    kept(response, "rules")[rule["RuleName"]] = record
    kept(response, "tags")[rule["RuleARN"]] = response.request_params.get("Tags") or []
    return json.dumps({"SamplingRuleRecord": record})


def get_sampling_rules(response: Any) -> Answer:
    return json.dumps({"SamplingRuleRecords": list(kept(response, "rules").values())})


def update_sampling_rule(response: Any) -> Answer:
    update = response.request_params["SamplingRuleUpdate"]
    record = kept(response, "rules").get(update.get("RuleName"))
    if record is None:
        return is_missing("Rule")
    record["SamplingRule"] |= update
    return json.dumps({"SamplingRuleRecord": record})


def delete_sampling_rule(response: Any) -> Answer:
    record = kept(response, "rules").pop(response.request_params.get("RuleName"), None)
    return json.dumps({"SamplingRuleRecord": record}) if record else is_missing("Rule")


def put_resource_policy(response: Any) -> Answer:
    request = response.request_params
    policy = {
        "PolicyName": request["PolicyName"],
        "PolicyDocument": request["PolicyDocument"],
        "PolicyRevisionId": "1",
        "LastUpdatedTime": ACTIVITY.clock.now(),
    }
    kept(response, "policies")[policy["PolicyName"]] = policy
    return json.dumps({"ResourcePolicy": policy})


def list_resource_policies(response: Any) -> Answer:
    return json.dumps({"ResourcePolicies": list(kept(response, "policies").values())})


def delete_resource_policy(response: Any) -> Answer:
    kept(response, "policies").pop(response.request_params.get("PolicyName"), None)
    return "{}"


def list_tags_for_resource(response: Any) -> Answer:
    found = kept(response, "tags").get(response.request_params.get("ResourceARN"), [])
    return json.dumps({"Tags": found})


OPERATIONS = {
    "CreateGroup": create_group,
    "GetGroup": get_group,
    "UpdateGroup": update_group,
    "DeleteGroup": delete_group,
    "CreateSamplingRule": create_sampling_rule,
    "GetSamplingRules": get_sampling_rules,
    "UpdateSamplingRule": update_sampling_rule,
    "DeleteSamplingRule": delete_sampling_rule,
    "PutResourcePolicy": put_resource_policy,
    "ListResourcePolicies": list_resource_policies,
    "DeleteResourcePolicy": delete_resource_policy,
    "ListTagsForResource": list_tags_for_resource,
}


def install() -> None:
    add(responses.XRayResponse, *OPERATIONS.values())
    for operation in OPERATIONS:
        urls.url_paths[f"{{0}}/{operation}$"] = responses.XRayResponse.dispatch

"""Settings of the whole account: SES's sending quota, where traces go, and group events.

Feature: moto has no GetAccount of SES, no trace destination and no account settings of Resource
Groups.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
https://docs.aws.amazon.com/xray/latest/api/API_UpdateTraceSegmentDestination.html
https://docs.aws.amazon.com/ARG/latest/APIReference/API_UpdateAccountSettings.html
"""

import json
from typing import Any

from moto.logs import logs_backends
from moto.resourcegroups import responses as groups
from moto.resourcegroups import urls as group_urls
from moto.sesv2 import responses as sesv2
from moto.sesv2 import urls as sesv2_urls
from moto.xray import responses as xray
from moto.xray import urls as xray_urls

from local_cloud.additions import xray_spans
from local_cloud.additions.patching import add
from local_cloud.clock.activity import ACTIVITY

Answer = str | tuple[str, dict[str, int]]
DAY_SECONDS = 86_400


def get_account(response: Any) -> str:
    """The account is out of the sandbox, as if somebody had asked for that before."""
    messages = response.sesv2_backend.core_backend.sent_messages
    recent = [
        each
        for each in messages
        if getattr(each, "sent_at", 0) > ACTIVITY.clock.now() - DAY_SECONDS
    ]
    return json.dumps(
        {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": True,
            "SendingEnabled": True,
            "SendQuota": {
                "Max24HourSend": 50_000.0,
                "MaxSendRate": 14.0,
                "SentLast24Hours": float(len(recent)),
            },
        }
    )


def destination(response: Any) -> dict[str, str]:
    found: dict[str, str] = response.xray_backend.__dict__.setdefault(
        "trace_destination", {"Destination": "XRay", "Status": "ACTIVE"}
    )
    return found


def get_trace_segment_destination(response: Any) -> Answer:
    answer = json.dumps(destination(response))
    destination(response)["Status"] = "ACTIVE"
    return answer


def update_trace_segment_destination(response: Any) -> Answer:
    """The change takes a while. Traces go to the logs only where a policy lets X-Ray write them."""
    wanted = json.loads(response.body)["Destination"]
    if wanted == "CloudWatchLogs" and not logs_admit_xray(response):
        message = "XRay does not have permission to call PutLogEvents on the aws/spans Log Group"
        return json.dumps({"__type": "InvalidRequestException", "message": message}), {
            "status": 400
        }
    if wanted == "CloudWatchLogs":
        xray_spans.make_group(response.current_account, response.region)
    if destination(response)["Destination"] != wanted:
        destination(response).update({"Destination": wanted, "Status": "PENDING"})
    return json.dumps(destination(response))


def logs_admit_xray(response: Any) -> bool:
    logs = logs_backends[response.current_account][response.region]
    return any(
        "xray.amazonaws.com" in policy.policy_document for policy in logs.resource_policies.values()
    )


def settings(response: Any) -> dict[str, str]:
    found: dict[str, str] = response.resourcegroups_backend.__dict__.setdefault(
        "account_settings",
        {
            "GroupLifecycleEventsDesiredStatus": "INACTIVE",
            "GroupLifecycleEventsStatus": "INACTIVE",
        },
    )
    return found


def get_account_settings(response: Any) -> Answer:
    """A change that was begun is complete at the next look."""
    found = settings(response)
    answer = json.dumps({"AccountSettings": found})
    found["GroupLifecycleEventsStatus"] = found["GroupLifecycleEventsDesiredStatus"]
    return answer


def update_account_settings(response: Any) -> Answer:
    wanted = json.loads(response.body)["GroupLifecycleEventsDesiredStatus"]
    found = settings(response)
    if found["GroupLifecycleEventsStatus"] != wanted:
        found["GroupLifecycleEventsStatus"] = "IN_PROGRESS"
    found["GroupLifecycleEventsDesiredStatus"] = wanted
    return json.dumps({"AccountSettings": found})


def install() -> None:
    add(sesv2.SESV2Response, get_account)
    sesv2_urls.url_paths["{0}/v2/email/account$"] = sesv2.SESV2Response.dispatch
    add(xray.XRayResponse, get_trace_segment_destination, update_trace_segment_destination)
    for operation in ("GetTraceSegmentDestination", "UpdateTraceSegmentDestination"):
        xray_urls.url_paths[f"{{0}}/{operation}$"] = xray.XRayResponse.dispatch
    add(groups.ResourceGroupsResponse, get_account_settings, update_account_settings)
    for path in ("get-account-settings", "update-account-settings"):
        group_urls.url_paths[f"{{0}}/{path}$"] = groups.ResourceGroupsResponse.dispatch

"""The settings of the account are answered and changed as on AWS."""

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import policy


def test_the_account_is_out_of_the_sandbox(cloud: Cloud) -> None:
    answer = cloud.client("sesv2").get_account()
    assert answer["ProductionAccessEnabled"] and answer["SendingEnabled"]
    assert answer["EnforcementStatus"] == "HEALTHY"
    assert answer["SendQuota"]["SentLast24Hours"] == 0


def test_traces_go_to_logs_only_where_a_policy_lets_them(cloud: Cloud) -> None:
    xray = cloud.client("xray")
    assert xray.get_trace_segment_destination()["Destination"] == "XRay"
    with pytest.raises(ClientError, match="does not have permission to call PutLogEvents"):
        xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    cloud.client("logs").put_resource_policy(
        policyName="traces",
        policyDocument=policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "xray.amazonaws.com"},
                "Action": "logs:PutLogEvents",
                "Resource": "*",
            }
        ),
    )
    changed = xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    assert (changed["Destination"], changed["Status"]) == ("CloudWatchLogs", "PENDING")
    xray.get_trace_segment_destination()
    assert xray.get_trace_segment_destination()["Status"] == "ACTIVE"


def test_group_lifecycle_events_are_off_until_they_are_turned_on(cloud: Cloud) -> None:
    groups = cloud.client("resource-groups")

    def status() -> str:
        return str(groups.get_account_settings()["AccountSettings"]["GroupLifecycleEventsStatus"])

    assert status() == "INACTIVE"
    changed = groups.update_account_settings(GroupLifecycleEventsDesiredStatus="ACTIVE")
    assert changed["AccountSettings"]["GroupLifecycleEventsStatus"] == "IN_PROGRESS"
    assert [status(), status()] == ["IN_PROGRESS", "ACTIVE"]

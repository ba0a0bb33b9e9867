"""CloudWatch: composite alarms can be made (they are never evaluated)."""

from typing import Any

from moto.cloudwatch import responses
from moto.core.responses import EmptyResult

from local_cloud.additions.patching import add


def put_composite_alarm(response: Any) -> Any:
    response.cloudwatch_backend.put_metric_alarm(
        name=response._get_param("AlarmName"),
        description=response._get_param("AlarmDescription"),
        rule=response._get_param("AlarmRule"),
        alarm_actions=response._get_param("AlarmActions", []),
        ok_actions=response._get_param("OKActions", []),
        insufficient_data_actions=response._get_param("InsufficientDataActions", []),
        tags=response._get_param("Tags", []),
        actions_enabled=True,
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        dimensions=[],
    )
    return EmptyResult()


def install() -> None:
    add(responses.CloudWatchResponse, put_composite_alarm)

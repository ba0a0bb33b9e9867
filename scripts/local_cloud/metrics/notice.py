"""What an alarm sends to a topic when its state changes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from moto.sns.models import sns_backends

from local_cloud import ACCOUNT
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits
from local_cloud.metrics.watch import Change

DEFAULT_POLICY = "__default_policy_ID"


def tell(alarm: Any, change: Change, action: str) -> bool:
    """Whether the topic exists and lets CloudWatch in."""
    topic = sns_backends[ACCOUNT][alarm.region_name].topics.get(action)
    if topic is None or not lets_in(topic, alarm):
        return False
    subject = f'{change.after}: "{change.alarm}" in {alarm.region_name}'
    topic.publish(json.dumps(notice(alarm, change)), subject=subject[:100])
    return True


def lets_in(topic: Any, alarm: Any) -> bool:
    """A topic's initial policy lets in everything that this account owns."""
    if json.loads(topic.policy).get("Id") == DEFAULT_POLICY:
        return True
    context = {
        "aws:SourceArn": [alarm.alarm_arn],
        "aws:SourceAccount": [ACCOUNT],
        "aws:SecureTransport": ["true"],
    }
    service = "cloudwatch.amazonaws.com"
    request = Request("sns:Publish", topic.arn, context, principal_service=service)
    return admits([f"topic {topic.name}"], request)


def notice(alarm: Any, change: Change) -> dict[str, Any]:
    moment = datetime.fromtimestamp(change.at, UTC)
    return {
        "AlarmName": change.alarm,
        "AlarmDescription": alarm.description,
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": timestamp(alarm.configuration_updated_timestamp),
        "NewStateValue": change.after,
        "NewStateReason": change.reason,
        "StateChangeTime": timestamp(moment),
        "Region": alarm.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": change.before,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data,
        },
    }


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

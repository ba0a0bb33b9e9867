"""Metrics from log lines in CloudWatch's embedded metric format.

Feature: moto keeps such lines as any others.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcfromtimestamp
from moto.logs import models

from local_cloud.additions.patching import wrap


def install() -> None:
    @wrap(models.LogsBackend, "put_log_events")
    def put_log_events(
        original: Any, backend: Any, group: str, stream: str, events: list[dict[str, Any]]
    ) -> Any:
        answer = original(backend, group, stream, events)
        metrics = cloudwatch_backends[backend.account_id][backend.region_name]
        for event in events:
            for namespace, data in counted(event["message"]):
                metrics.put_metric_data(namespace, data)
        return answer


def counted(message: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The metrics of a line, by namespace; none where it is in another format."""
    try:
        line = json.loads(message)
        embedding = line["_aws"]
        moment = utcfromtimestamp(embedding["Timestamp"] / 1000)
        return [
            (
                directive["Namespace"],
                [
                    {
                        "MetricName": metric["Name"],
                        "Value": line[metric["Name"]],
                        "Unit": metric.get("Unit", "None"),
                        "Timestamp": moment,
                        "Dimensions": [
                            {"Name": name, "Value": str(line[name])} for name in dimensions
                        ],
                    }
                    for metric in directive["Metrics"]
                    for dimensions in directive.get("Dimensions", [[]])
                ],
            )
            for directive in embedding["CloudWatchMetrics"]
        ]
    except (ValueError, KeyError, TypeError):
        return []

"""What AWS's services count as things happen."""

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcfromtimestamp

from local_cloud import ACCOUNT
from local_cloud.clock.activity import ACTIVITY


def count(
    region: str, namespace: str, dimensions: dict[str, str], values: dict[str, float]
) -> None:
    """Counts one measurement, now, of each of these metrics."""
    now = utcfromtimestamp(ACTIVITY.clock.now())
    cloudwatch_backends[ACCOUNT][region].put_metric_data(
        namespace,
        [
            {
                "MetricName": name,
                "Value": value,
                "Timestamp": now,
                "Dimensions": [{"Name": key, "Value": each} for key, each in dimensions.items()],
            }
            for name, value in values.items()
        ],
    )

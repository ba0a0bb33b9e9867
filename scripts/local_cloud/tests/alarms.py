"""How the tests make alarms and values, and read which alarms have gone off."""

from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import LOCAL

TOPIC = f"arn:aws:sns:{LOCAL}:alarms"
WEEK = 7 * 86_400


def put_alarm(cloud: Cloud, **given: Any) -> None:
    alarm = {
        "AlarmName": "alarm",
        "Namespace": "Own",
        "MetricName": "Failures",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
    }
    cloud.client("cloudwatch").put_metric_alarm(**{**alarm, **given})


def put_math(cloud: Cloud, expression: str, names: list[str], **given: Any) -> None:
    metrics = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "Own", "MetricName": name},
                "Period": 300,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(names)
    ]
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="alarm",
        Metrics=[{"Id": "total", "Expression": expression, "ReturnData": True}, *metrics],
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=given.pop("Threshold", 0),
        TreatMissingData="notBreaching",
        AlarmActions=[TOPIC],
        **given,
    )


def put(cloud: Cloud, value: float, name: str = "Failures") -> None:
    cloud.client("cloudwatch").put_metric_data(
        Namespace="Own", MetricData=[{"MetricName": name, "Value": value}]
    )


def state(cloud: Cloud, name: str = "alarm") -> str:
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found[0]["StateValue"])


def advance(moto: MotoProcess, seconds: float) -> None:
    moto.ask("clock", {"advanceSeconds": seconds})


def rung(moto: MotoProcess) -> list[tuple[str, str]]:
    return [(each["alarm"], each["after"]) for each in moto.ask("alarms")["changes"]]

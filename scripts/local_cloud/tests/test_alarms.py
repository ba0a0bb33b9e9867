"""Alarms are evaluated by the world's clock, over metrics and over metric math."""

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.alarms import (
    WEEK,
    advance,
    put,
    put_alarm,
    put_math,
    rung,
    state,
)

pytestmark = pytest.mark.usefixtures("still")


def test_fewer_than_the_threshold_do_not_ring(moto: MotoProcess, cloud: Cloud) -> None:
    put_alarm(cloud)
    put(cloud, 5)
    advance(moto, WEEK)
    assert rung(moto) == [("alarm", "OK")]


def test_failures_that_are_further_apart_than_a_period_do_not_add_up(
    moto: MotoProcess, cloud: Cloud
) -> None:
    put_alarm(cloud)
    for _ in range(3):
        put(cloud, 4)
        advance(moto, 360)
    assert ("alarm", "ALARM") not in rung(moto)


def test_several_periods_in_a_row_have_to_breach(moto: MotoProcess, cloud: Cloud) -> None:
    put_alarm(cloud, EvaluationPeriods=3)
    for _ in range(2):
        put(cloud, 6)
        advance(moto, 300)
    assert state(cloud) == "OK"
    put(cloud, 6)
    advance(moto, 300)
    assert state(cloud) == "ALARM"


def test_some_of_several_periods_may_be_enough(moto: MotoProcess, cloud: Cloud) -> None:
    put_alarm(cloud, EvaluationPeriods=3, DatapointsToAlarm=2)
    put(cloud, 6)
    advance(moto, 300)
    put(cloud, 0)
    advance(moto, 300)
    assert state(cloud) == "OK"
    put(cloud, 6)
    advance(moto, 300)
    assert state(cloud) == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("breaching", ["ALARM"]),
        ("notBreaching", ["OK"]),
        ("ignore", []),
        ("missing", []),
    ],
)
def test_an_alarm_that_never_sees_data_treats_it_as_it_says(
    moto: MotoProcess, cloud: Cloud, treatment: str, expected: list[str]
) -> None:
    put_alarm(cloud, TreatMissingData=treatment)
    advance(moto, WEEK)
    assert [after for _, after in rung(moto)] == expected


def test_an_alarm_on_what_fails_to_come_rings_when_it_is_missing_for_long(
    moto: MotoProcess, cloud: Cloud
) -> None:
    put(cloud, 1)
    advance(moto, 60)
    put_alarm(
        cloud,
        Period=3600,
        EvaluationPeriods=13,
        ComparisonOperator="LessThanThreshold",
        Threshold=1,
        TreatMissingData="breaching",
    )
    for _ in range(28):
        put(cloud, 1)
        advance(moto, 6 * 3600)
    assert rung(moto) == [("alarm", "OK")]
    advance(moto, 6 * 3600)
    assert state(cloud) == "OK"
    advance(moto, 6 * 3600)
    assert state(cloud) == "ALARM"
    put(cloud, 1)
    advance(moto, 3600)
    assert state(cloud) == "OK"


def test_the_sum_of_several_metrics_rings(moto: MotoProcess, cloud: Cloud) -> None:
    put_math(cloud, "SUM(METRICS())", ["A", "B"], Threshold=2)
    put(cloud, 2, "A")
    advance(moto, 60)
    assert state(cloud) == "OK"
    put(cloud, 1, "B")
    advance(moto, 60)
    assert state(cloud) == "ALARM"


def test_a_rate_rings_only_where_there_is_enough_to_judge(moto: MotoProcess, cloud: Cloud) -> None:
    put_math(cloud, "IF(m0 >= 10, 100 * m1 / m0, 0)", ["Accepted", "Spam"], Threshold=10)
    put(cloud, 4, "Accepted")
    put(cloud, 4, "Spam")
    advance(moto, 60)
    assert state(cloud) == "OK"
    put(cloud, 16, "Accepted")
    advance(moto, 60)
    assert state(cloud) == "ALARM"


def test_metric_math_that_is_not_emulated_makes_no_alarm(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match=r"ValidationError.*not emulated"):
        put_math(cloud, "RATE(m0)", ["A"])
    with pytest.raises(ClientError, match=r"ValidationError.*no query m7"):
        put_math(cloud, "m7", ["A"])
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_what_stays_rings_as_soon_as_it_is_there_however_far_the_clock_moves(
    moto: MotoProcess, cloud: Cloud
) -> None:
    url = cloud.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    put_alarm(
        cloud,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "q"}],
        Statistic="Maximum",
        Threshold=0,
        Period=3600,
    )
    advance(moto, 3600)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="m")
    sent_at = float(moto.ask("clock", {})["now"])
    advance(moto, 86_400)
    (at,) = [each["at"] for each in moto.ask("alarms")["changes"] if each["after"] == "ALARM"]
    assert 0 <= at - sent_at <= 60


def test_a_message_that_waits_rings_by_its_age_and_a_dead_one_by_its_being_there(
    moto: MotoProcess, cloud: Cloud
) -> None:
    url = cloud.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    queue = {"Namespace": "AWS/SQS", "Statistic": "Maximum"}
    queue["Dimensions"] = [{"Name": "QueueName", "Value": "q"}]  # type: ignore[assignment]
    put_alarm(
        cloud,
        AlarmName="age",
        MetricName="ApproximateAgeOfOldestMessage",
        **queue | {"Threshold": 300},
    )
    put_alarm(
        cloud,
        AlarmName="there",
        MetricName="ApproximateNumberOfMessagesVisible",
        **queue | {"Threshold": 0},
    )
    advance(moto, WEEK)
    assert {after for _, after in rung(moto)} == {"OK"}
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="m")
    advance(moto, 120)
    assert (state(cloud, "age"), state(cloud, "there")) == ("OK", "ALARM")
    advance(moto, 240)
    assert state(cloud, "age") == "ALARM"
    cloud.client("sqs").purge_queue(QueueUrl=url)
    advance(moto, 1200)
    assert (state(cloud, "age"), state(cloud, "there")) == ("OK", "OK")

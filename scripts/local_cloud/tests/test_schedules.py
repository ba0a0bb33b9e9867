"""A schedule calls its target when it is due, as its own role and with that role's rights only."""

import json
from datetime import datetime
from email import message_from_bytes
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.additions.schedule_moments import NoSchedule, first, following
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.functions import BUCKET, LOCAL, allow, make_role
from local_cloud.tests.test_permissions import denied

SENDER = "canary@example.com"
SEND = allow(
    ["ses:SendEmail"],
    f"arn:aws:ses:{LOCAL}:identity/example.com",
    StringEquals={"ses:FromAddress": SENDER},
)
INPUT = {
    "FromEmailAddress": f"Canary <{SENDER}>",
    "Destination": {"ToAddresses": ["me@example.com"]},
    "Content": {
        "Simple": {
            "Subject": {"Data": "Canary <aws.scheduler.scheduled-time>"},
            "Body": {"Text": {"Data": "x"}},
            "Headers": [{"Name": "X-Own-Header", "Value": "token"}],
        }
    },
}


def make_schedule(cloud: Cloud, role: str, **given: Any) -> None:
    cloud.client("scheduler").create_schedule(
        **{
            "Name": "canary",
            "ScheduleExpression": "rate(6 hours)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": "arn:aws:scheduler:::aws-sdk:sesv2:sendEmail",
                "RoleArn": role,
                "Input": json.dumps(INPUT),
            },
            **given,
        }
    )


def scheduler_role(cloud: Cloud, *statements: dict[str, Any]) -> str:
    return make_role(cloud, "canary", "scheduler.amazonaws.com", list(statements))


def test_a_schedule_mails_through_ses_and_the_mail_comes_in_with_its_headers(world: World) -> None:
    make_schedule(world.cloud, scheduler_role(world.cloud, SEND))
    assert world.wait_until_quiet()
    (sent,) = world.moto.ask("outbox")
    (mail,) = [each for each in world.journal.mails() if each.received.get("source")]
    assert mail.received["source"] == f"{sent['messageId']}@ap-southeast-2.amazonses.com"
    assert {each["status"] for each in mail.received["verdicts"].values()} == {"PASS"}
    key = f"emails/{mail.message_id}"
    raw = world.cloud.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    received = message_from_bytes(raw)
    assert received["X-Own-Header"] == "token"
    assert (received["From"], received["To"]) == (f"Canary <{SENDER}>", "me@example.com")
    datetime.strptime(received["Subject"], "Canary %Y-%m-%dT%H:%M:%SZ")


def test_it_is_called_again_after_its_rate_and_not_while_it_is_disabled(world: World) -> None:
    role = scheduler_role(world.cloud, SEND)
    make_schedule(world.cloud, role)

    def sent_after(hours: float) -> int:
        world.moto.ask("clock", {"advanceSeconds": hours * 3600})
        assert world.wait_until_quiet()
        return int(world.moto.ask("activity", {"since": -1})["sent"])

    assert [sent_after(hours) for hours in (0, 5, 1.1, 24)] == [1, 1, 2, 3]
    scheduler = world.cloud.client("scheduler")
    found = scheduler.get_schedule(Name="canary")
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{name: found[name] for name in kept}, State="DISABLED")
    assert sent_after(24) == 3
    scheduler.delete_schedule(Name="canary")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scheduler.get_schedule(Name="canary")


def test_a_call_that_its_role_may_not_make_is_counted_and_kept(world: World) -> None:
    url = world.cloud.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    queue = f"arn:aws:sqs:{LOCAL}:dead"
    role = scheduler_role(world.cloud, allow(["sqs:SendMessage"], queue))
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:sesv2:sendEmail",
        "RoleArn": role,
        "Input": json.dumps(INPUT),
        "DeadLetterConfig": {"Arn": queue},
    }
    make_schedule(world.cloud, role, Target=target)
    assert world.wait_until_quiet()
    assert world.moto.ask("outbox") == []
    (message,) = world.cloud.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["FromEmailAddress"] == INPUT["FromEmailAddress"]
    metrics = world.cloud.client("cloudwatch").list_metrics(Namespace="AWS/Scheduler")["Metrics"]
    assert sorted(each["MetricName"] for each in metrics) == [
        "InvocationAttemptCount",
        "InvocationDroppedCount",
        "InvocationsSentToDeadLetterCount",
        "TargetErrorCount",
    ]


def test_a_schedule_may_call_a_function(world: World) -> None:
    function = f"arn:aws:lambda:{LOCAL}:function:router"
    role = scheduler_role(world.cloud, allow(["lambda:InvokeFunction"], function))
    make_schedule(world.cloud, role, Target={"Arn": function, "RoleArn": role, "Input": "[]"})
    assert world.wait_until_quiet()
    metrics = world.cloud.client("cloudwatch").list_metrics(Namespace="AWS/Scheduler")["Metrics"]
    assert [each["MetricName"] for each in metrics] == ["InvocationAttemptCount"]


def test_terraforms_schedule_is_told_as_it_was_made(cloud: Cloud) -> None:
    make_schedule(cloud, scheduler_role(cloud, SEND), Description="d")
    found = cloud.client("scheduler").get_schedule(Name="canary")
    assert found["State"] == "ENABLED" and found["ActionAfterCompletion"] == "NONE"
    assert (found["GroupName"], found["Description"]) == ("default", "d")
    assert json.loads(found["Target"]["Input"]) == INPUT


def test_a_role_sees_the_schedule_that_its_policy_names(cloud: Cloud) -> None:
    make_schedule(cloud, scheduler_role(cloud, SEND))
    named = allow(["scheduler:GetSchedule"], f"arn:aws:scheduler:{LOCAL}:schedule/default/canary")
    reader = cloud.assume(
        make_role(cloud, "reader", "lambda.amazonaws.com", [named]), "reader"
    ).client("scheduler")
    assert reader.get_schedule(Name="canary")["Name"] == "canary"
    assert denied(reader.get_schedule, Name="other")
    assert denied(reader.list_schedules)


def test_a_role_that_scheduler_cannot_assume_makes_no_schedule(cloud: Cloud) -> None:
    role = make_role(cloud, "other", "lambda.amazonaws.com", [SEND])
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
        make_schedule(cloud, role)


def test_an_expression_that_is_none_makes_no_schedule(moto: MotoProcess, cloud: Cloud) -> None:
    role = scheduler_role(cloud, SEND)
    for expression in ("rate(6 h)", "cron(0 8 * *)", "at(tomorrow)", "cron(0 25 * * ? *)"):
        with pytest.raises(ClientError, match="ValidationException"):
            make_schedule(cloud, role, ScheduleExpression=expression)
    assert moto.ask("activity", {"since": -1})["schedules"] == 0


def seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("at(2026-12-01T08:00:00)", "UTC", "2026-11-30T00:00:00Z", "2026-12-01T08:00:00Z"),
        ("at(2026-12-01T08:00:00)", "UTC", "2026-12-01T08:00:00Z", None),
        (
            "at(2026-12-01T08:00:00)",
            "Europe/Berlin",
            "2026-11-30T00:00:00Z",
            "2026-12-01T07:00:00Z",
        ),
        ("cron(0 8 * * ? *)", "UTC", "2026-11-29T08:00:00Z", "2026-11-30T08:00:00Z"),
        ("cron(0 8 * * ? *)", "Europe/Berlin", "2026-11-29T07:00:00Z", "2026-11-30T07:00:00Z"),
        ("cron(0/15 9-10 ? * MON-FRI *)", "UTC", "2026-11-27T10:45:00Z", "2026-11-30T09:00:00Z"),
        ("cron(30 6 1 JAN,JUL ? *)", "UTC", "2026-11-29T00:00:00Z", "2027-01-01T06:30:00Z"),
        ("cron(0 7 ? * 2 *)", "UTC", "2026-11-29T00:00:00Z", "2026-11-30T07:00:00Z"),
        ("cron(0 0 30 2 ? *)", "UTC", "2026-11-29T00:00:00Z", None),
    ],
)
def test_the_moments_of_a_schedule(
    expression: str, zone: str, after: str, expected: str | None
) -> None:
    found = following(expression, zone, seconds(after))
    assert found == (None if expected is None else seconds(expected))


def test_a_rate_begins_at_once_and_counts_from_there() -> None:
    assert first("rate(6 hours)", "UTC", 1000) == 1000
    assert following("rate(6 hours)", "UTC", 1000, 1000) == 1000 + 6 * 3600
    assert following("rate(1 day)", "UTC", 1000 + 90_000, 1000) == 1000 + 2 * 86_400
    with pytest.raises(NoSchedule):
        following("rate(0 days)", "UTC", 0)

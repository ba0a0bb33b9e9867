"""The small pipeline with a canary and alarms on its way in, as the module has them."""

import json
from typing import Any

from local_cloud.aws import Cloud
from local_cloud.seed import Rule, put_rule
from local_cloud.tests.functions import (
    LOCAL,
    TABLE,
    TOPIC_ARN,
    allow,
    make_role,
    policy,
    queue_arn,
    service_statement,
)

CANARY_HOURS = 6
CANARY = "canary-7f3a@example.com"
HEARD = f"arn:aws:sns:{LOCAL}:alarms"
SENDER = "canary@example.com"

Alarm = dict[str, Any]


def of_queue(name: str, metric: str, threshold: int) -> Alarm:
    return {
        "Namespace": "AWS/SQS",
        "MetricName": metric,
        "Dimensions": [{"Name": "QueueName", "Value": name}],
        "Statistic": "Maximum",
        "Threshold": threshold,
    }


def of_sum(namespace: str, name: str, threshold: int, *dimensions: tuple[str, str]) -> Alarm:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
        "Statistic": "Sum",
        "Threshold": threshold,
    }


def of_total(namespace: str, names: tuple[str, ...], *dimensions: tuple[str, str]) -> Alarm:
    metric = of_sum(namespace, "", 0, *dimensions)
    queries = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": namespace,
                    "MetricName": name,
                    "Dimensions": metric["Dimensions"],
                },
                "Period": 300,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(names)
    ]
    total = {"Id": "total", "Expression": "SUM(METRICS())", "ReturnData": True}
    return {"Metrics": [total, *queries], "Threshold": 0}


OLDEST, VISIBLE = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
BUS = ("EventBusName", "ses-email-routing-test")
ALARMS: dict[str, Alarm] = {
    **{f"{name}-age": of_queue(name, OLDEST, 300) for name in ("input", "bouncer")},
    "gmail-age": of_queue("gmail", OLDEST, 1440),
    **{
        f"{name}-dead-letters": of_queue(f"{name}-dlq", VISIBLE, 0)
        for name in ("input", "gmail", "bouncer")
    },
    "router-errors": of_sum("AWS/Lambda", "Errors", 5, ("FunctionName", "router")),
    "token-invalid": of_sum("SESMail/test", "GmailTokenInvalid", 0),
    "notifications-failed": of_sum(
        "AWS/SNS", "NumberOfNotificationsFailed", 0, ("TopicName", TOPIC_ARN.rpartition(":")[2])
    ),
    "ses-failed": of_sum("AWS/SES", "PublishFailure", 0, ("RuleName", "receive")),
    "pipe-failed": of_total(
        "AWS/EventBridge/Pipes", ("ExecutionFailed", "ExecutionTimeout"), ("PipeName", "route")
    ),
    "events-failed": of_total(
        "AWS/Events",
        ("FailedInvocations", "InvocationsSentToDlq"),
        BUS,
        ("RuleName", "to-gmail"),
    ),
    "canary": {
        **of_sum("SESMail/test", "CanaryDelivered", 1),
        "ComparisonOperator": "LessThanThreshold",
        "Period": 3600,
        "EvaluationPeriods": 2 * CANARY_HOURS + 1,
        "TreatMissingData": "breaching",
    },
}


def watch_the_way_in(cloud: Cloud) -> None:
    """All but the alarms: a canary's alarm begins with the first canary that has arrived."""
    put_rule(cloud, TABLE, Rule(CANARY, "forward-to-gmail", "me@gmail.com"))
    give_subscription_a_dead_letter_queue(cloud)
    send_canaries(cloud)
    cloud.client("sns").create_topic(Name="alarms")


def put_alarms(cloud: Cloud) -> None:
    for name, alarm in ALARMS.items():
        cloud.client("cloudwatch").put_metric_alarm(
            **{
                "AlarmName": name,
                "EvaluationPeriods": 1,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [HEARD],
                "OKActions": [HEARD],
                **({} if "Metrics" in alarm else {"Period": 300}),
                **alarm,
            }
        )


def give_subscription_a_dead_letter_queue(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]
    dead = queue_arn("input-dlq")
    sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"],
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": dead}),
    )
    statement = service_statement("sns.amazonaws.com", "sqs:SendMessage", dead, TOPIC_ARN)
    set_policy(cloud, "input-dlq", policy(statement))


def set_policy(cloud: Cloud, queue: str, text: str) -> None:
    url = f"{cloud.endpoint}/{LOCAL.partition(':')[2]}/{queue}"
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})


def send_canaries(cloud: Cloud) -> None:
    sending = allow(
        ["ses:SendEmail"],
        f"arn:aws:ses:{LOCAL}:identity/example.com",
        StringEquals={"ses:FromAddress": SENDER},
    )
    role = make_role(cloud, "canary", "scheduler.amazonaws.com", [sending])
    mail = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [CANARY]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Canary"},
                "Body": {"Text": {"Data": "It shows that mail arrives."}},
                "Headers": [{"Name": "X-Ses-Mail-Canary", "Value": "a-token"}],
            }
        },
    }
    cloud.client("scheduler").create_schedule(
        Name="canary",
        ScheduleExpression=f"rate({CANARY_HOURS} hours)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:sesv2:sendEmail",
            "RoleArn": role,
            "Input": json.dumps(mail),
        },
    )

"""An AWS with some of everything that is listed."""

import json
import time

from local_cloud.connection.aws import Cloud
from local_cloud.tests.deployment import make_storage
from local_cloud.tests.functions import BUCKET, TABLE, make_function, queue_arn

GROUP, STREAM = "/filled", "stream"
COUNT = 7


def fill(cloud: Cloud) -> None:
    make_storage(cloud)
    make_function(cloud, "stream", "stream", [])
    fill_storage(cloud)
    fill_logs(cloud)
    fill_traces(cloud)
    for number in range(COUNT):
        cloud.client("sqs").create_queue(QueueName=f"queue-{number}")
        cloud.client("events").create_event_bus(Name=f"bus-{number}")
        cloud.client("events").put_rule(Name=f"rule-{number}", ScheduleExpression="rate(1 hour)")
        cloud.client("acm").request_certificate(DomainName=f"{number}.example.com")
        cloud.client("ssm").put_parameter(Name=f"/filled/{number}", Value="v", Type="String")
        cloud.client("ses").verify_domain_identity(Domain=f"{number}.example.com")
        iam = cloud.client("iam")
        iam.create_user(UserName=f"user-{number}")
        iam.put_user_policy(UserName="user-0", PolicyName=f"policy-{number}", PolicyDocument=POLICY)
    for _ in range(2):
        iam.create_access_key(UserName="user-0")
    for name in ("queue-0", "queue-1"):
        cloud.client("lambda").create_event_source_mapping(
            EventSourceArn=queue_arn(name), FunctionName="stream"
        )
    cloud.client("events").put_targets(
        Rule="rule-0", Targets=[{"Id": str(each), "Arn": queue_arn("queue-0")} for each in range(5)]
    )


POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"},
    }
)


def fill_storage(cloud: Cloud) -> None:
    for number in (5, 2, 6, 0, 3, 1, 4):
        for part in ("A", "B"):
            key = {"PK": {"S": f"ROUTE#{number}"}, "SK": {"S": part}}
            cloud.client("dynamodb").put_item(TableName=TABLE, Item=key)
        cloud.client("dynamodb").put_item(
            TableName=TABLE, Item={"PK": {"S": "SMTP_USER"}, "SK": {"S": f"USER#{number}"}}
        )
        cloud.client("s3").put_object(Bucket=BUCKET, Key=f"emails/{number}", Body=b"mail")


def fill_logs(cloud: Cloud) -> None:
    logs, now = cloud.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName=STREAM,
        logEvents=[{"timestamp": now + each, "message": f"event {each}"} for each in range(COUNT)],
    )
    for number in range(COUNT):
        logs.create_log_group(logGroupName=f"/group/{number}")
        logs.put_query_definition(name=f"query-{number}", queryString="fields @message")
        cloud.client("cloudwatch").put_metric_alarm(
            AlarmName=f"alarm-{number}",
            Namespace="N",
            MetricName="M",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        cloud.client("cloudwatch").put_metric_data(
            Namespace="N",
            MetricData=[
                {"MetricName": "M", "Value": number, "Timestamp": time.time() - 60 * number}
            ],
        )


def fill_traces(cloud: Cloud) -> None:
    now = time.time()
    cloud.client("xray").put_trace_segments(
        TraceSegmentDocuments=[
            json.dumps(
                {
                    "id": f"{each:016x}",
                    "trace_id": f"1-{int(now):08x}-{each:024x}",
                    "name": "function",
                    "start_time": now - each,
                    "end_time": now,
                }
            )
            for each in range(COUNT)
        ]
    )

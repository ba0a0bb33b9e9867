"""EventBridge fills a template and matches a pattern as AWS does."""

import json
from typing import Any

import pytest

from local_cloud.additions.event_pattern import EventPattern
from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.functions import policy

TEMPLATE = (
    '{"timestamp":<time>,"message":"<id> is about <message>","plain":<message>,'
    '"actions":<actions>,"text":"<actions>"}'
)


def make_log_group(logs: Any, service: str = "events.amazonaws.com") -> str:
    logs.create_log_group(logGroupName="/aws/events/all")
    arn: str = logs.describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
    logs.put_resource_policy(
        policyName="events",
        policyDocument=policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{arn}:*",
            }
        ),
    )
    return arn


def test_a_log_group_needs_a_policy_that_admits_events(moto: MotoProcess, cloud: Cloud) -> None:
    events, logs = cloud.client("events"), cloud.client("logs")
    arn = make_log_group(logs, "elsewhere.amazonaws.com")
    events.put_rule(Name="log", EventPattern='{"source":["s"]}')
    events.put_targets(Rule="log", Targets=[{"Id": "log", "Arn": arn}])
    events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])
    assert logs.filter_log_events(logGroupName="/aws/events/all")["events"] == []
    assert moto.ask("losses")[-1]["queue"] == arn


def test_a_template_reaches_a_log_group(cloud: Cloud) -> None:
    events, logs = cloud.client("events"), cloud.client("logs")
    arn = make_log_group(logs)
    events.put_rule(Name="log", EventPattern='{"source":["s"]}')
    events.put_targets(
        Rule="log",
        Targets=[
            {
                "Id": "log",
                "Arn": arn,
                "InputTransformer": {
                    "InputPathsMap": {
                        "time": "$.time",
                        "id": "$.id",
                        "message": "$.detail.messageId",
                        "actions": "$.detail.actions",
                    },
                    "InputTemplate": TEMPLATE,
                },
            }
        ],
    )
    detail = {"messageId": 'a "quoted" id', "actions": {"store": {"count": 1}}}
    events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": json.dumps(detail)}])
    written: Any = logs.filter_log_events(logGroupName="/aws/events/all")["events"]
    found = json.loads(written[0]["message"])
    assert found["plain"] == detail["messageId"] and found["actions"] == detail["actions"]
    assert found["text"] == "{store:{count:1}}"
    assert found["message"].endswith(f"is about {detail['messageId']}")
    assert found["timestamp"].endswith("Z")


def test_of_a_log_groups_template_the_message_is_written(cloud: Cloud) -> None:
    events, logs = cloud.client("events"), cloud.client("logs")
    arn = make_log_group(logs)
    events.put_rule(Name="log", EventPattern='{"source":["s"]}')
    transformer = {
        "InputPathsMap": {"time": "$.time", "id": "$.detail.id"},
        "InputTemplate": '{"timestamp":<time>,"message":"{\\"id\\":\\"<id>\\"}"}',
    }
    target = {"Id": "log", "Arn": arn, "InputTransformer": transformer}
    events.put_targets(Rule="log", Targets=[target])
    events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": '{"id":"x"}'}])
    written: Any = logs.filter_log_events(logGroupName="/aws/events/all")["events"]
    assert [each["message"] for each in written] == ['{"id":"x"}']


@pytest.mark.parametrize(
    ("pattern", "value", "is_match"),
    [
        ([{"numeric": [">", 0]}], 0, False),
        ([{"numeric": [">", 0]}], 1, True),
        ([{"numeric": [">", 0]}], [0, 1], True),
        ([{"numeric": [">", 0]}], "1", False),
        ([{"numeric": [">", 0]}], True, False),
        ([{"numeric": [">", 0]}], [True], False),
        ([1], True, False),
        ([True], 1, False),
        ([True], True, True),
        ([False], 0, False),
        ([{"anything-but": [1]}], True, True),
        ([{"anything-but": True}], True, False),
        ([{"exists": True}], False, True),
    ],
)
def test_a_boolean_is_no_number_to_a_pattern(pattern: Any, value: Any, is_match: bool) -> None:
    found = EventPattern.load(json.dumps({"detail": {"n": pattern}}))
    assert found.matches_event({"detail": {"n": value}}) is is_match


@pytest.mark.parametrize(("value", "count"), [(1, 1), (True, 0)])
def test_a_rule_knows_a_boolean_from_a_number(cloud: Cloud, value: Any, count: int) -> None:
    events, logs = cloud.client("events"), cloud.client("logs")
    arn = make_log_group(logs)
    events.put_rule(Name="log", EventPattern='{"detail":{"n":[1]}}')
    events.put_targets(Rule="log", Targets=[{"Id": "log", "Arn": arn}])
    detail = json.dumps({"n": value})
    events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": detail}])
    assert len(logs.filter_log_events(logGroupName="/aws/events/all")["events"]) == count

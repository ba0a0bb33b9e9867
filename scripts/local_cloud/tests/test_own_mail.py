"""A mail that SES sends to one of our own domains comes in again, and its traces are found."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.host.own_mail import with_own_id
from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import BUCKET

RAW = (
    b"From: me@example.com\r\nMESSAGE-ID: <mine@example.com>\r\n\tx\r\nSubject: s\r\n\r\n"
    b"Message-ID: b\r\n"
)
TRACE = "1-67a1b2c3-00000000000000000000000"


def send(world: World, *recipients: str) -> str:
    answer = world.cloud.client("sesv2").send_email(
        FromEmailAddress="me@example.com",
        Destination={"ToAddresses": list(recipients)},
        Content={"Raw": {"Data": RAW}},
    )
    message_id: str = answer["MessageId"]
    return message_id


def test_what_is_for_us_comes_in_with_the_id_that_ses_gave_it(world: World, wait: Waiter) -> None:
    sent = send(world, "nobody@example.com", "you@elsewhere.example")
    mail = wait.until(lambda: [each for each in world.status() if each["isSettled"]])[0]
    assert mail["source"] == f"{sent}@ap-southeast-2.amazonses.com"
    assert [each["recipient"] for each in mail["recipients"]] == ["nobody@example.com"]
    stored = world.cloud.client("s3").get_object(Bucket=BUCKET, Key=f"emails/{mail['messageId']}")
    assert stored["Body"].read().startswith(b"Message-ID: <" + sent.encode())


def test_what_is_for_others_leaves(world: World) -> None:
    send(world, "you@elsewhere.example")
    assert world.wait_until_quiet()
    assert world.status() == []


def test_only_the_header_is_changed() -> None:
    assert with_own_id(RAW, "id") == (
        b"Message-ID: <id@ap-southeast-2.amazonses.com>\r\n"
        b"From: me@example.com\r\nSubject: s\r\n\r\nMessage-ID: b\r\n"
    )


def segment(trace: str, moment: float, **annotations: str) -> dict[str, Any]:
    return {
        "id": "53995c3f42cd8ad8",
        "trace_id": trace,
        "name": "router",
        "start_time": moment,
        "end_time": moment + 0.5,
        "annotations": annotations,
    }


def test_a_segment_is_found_by_its_annotation(cloud: Cloud) -> None:
    moment = time.time()
    xray = cloud.client("xray")
    xray.put_trace_segments(
        TraceSegmentDocuments=[
            json.dumps(segment(f"{TRACE}a", moment, messageId="one")),
            json.dumps(segment(f"{TRACE}b", moment, messageId="two")),
        ]
    )
    found = xray.get_trace_summaries(
        StartTime=moment - 10,
        EndTime=moment + 10,
        FilterExpression='annotation.messageId = "two"',
    )["TraceSummaries"]
    assert [each["Id"] for each in found] == [f"{TRACE}b"] and found[0]["Duration"] == 0.5
    traces = xray.batch_get_traces(TraceIds=[f"{TRACE}b", f"{TRACE}c"])["Traces"]
    assert json.loads(traces[0]["Segments"][0]["Document"])["annotations"] == {"messageId": "two"}
    assert len(traces) == 1


def test_an_expression_that_is_not_known_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="does not know this filter"):
        cloud.client("xray").get_trace_summaries(
            StartTime=0, EndTime=1, FilterExpression='service("x")'
        )

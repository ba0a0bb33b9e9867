"""What an answer means: the tables of the pipe, the queue mapping and the stream filter."""

import json
from typing import Any

import pytest

from local_cloud.additions.event_pattern import EventPattern
from local_cloud.deploy.seed import parameter_suffix
from local_cloud.host.notification import Verdicts, headers_of, notification
from local_cloud.host.pipe_answer import NotUsable, details
from local_cloud.host.sqs_record import failed_items
from local_cloud.host.stream_mapping import passes

ALL, NONE = {"1", "2"}, set[str]()


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (b"", NONE),
        (b"null", NONE),
        (b'""', NONE),
        (b"{}", NONE),
        (b'{"batchItemFailures":[]}', NONE),
        (b'{"batchItemFailures":null}', NONE),
        (b'{"batchItemFailures":[{"itemIdentifier":"2"}]}', {"2"}),
        (b'{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}', ALL),
        (b'{"batchItemFailures":[{"itemIdentifier":""}]}', ALL),
        (b'{"batchItemFailures":[{"itemIdentifier":null}]}', ALL),
        (b'{"batchItemFailures":[{"itemIdentifier":"9"}]}', ALL),
        (b'{"batchItemFailures":[{"id":"1"}]}', ALL),
        (b'{"batchItemFailures":[7]}', ALL),
        (b'{"batchItemFailures":"1"}', ALL),
        (b"not json", ALL),
        (b"[1]", ALL),
    ],
)
def test_partial_batch_answers(answer: bytes, failed: set[str]) -> None:
    assert failed_items(answer, ["1", "2"], True) == failed
    assert failed_items(answer, ["1", "2"], False) == set()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", []),
        (b'""', []),
        (b"{}", []),
        (b"[]", []),
        (b"null", []),
        (b"[{}]", [{}]),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
        (b'{"a":1}', [{"a": 1}]),
    ],
)
def test_pipe_answers(answer: bytes, expected: list[Any]) -> None:
    assert details(answer) == expected


@pytest.mark.parametrize("answer", [b"[" + b",".join([b"{}"] * 11) + b"]", b"not json"])
def test_pipe_answers_that_keep_the_message(answer: bytes) -> None:
    with pytest.raises(NotUsable):
        details(answer)


RECORD = {"eventName": "INSERT", "dynamodb": {"Keys": {"PK": {"S": "SMTP_USER"}}, "N": 5}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({}, True),
        ({"dynamodb": {"Keys": {"PK": {"S": ["SMTP_USER"]}}}}, True),
        ({"dynamodb": {"Keys": {"PK": {"S": ["MAIL"]}}}}, False),
        ({"eventName": ["MODIFY", "INSERT"]}, True),
        ({"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "SMTP"}]}}}}, True),
        ({"userIdentity": [{"exists": False}]}, True),
        ({"dynamodb": {"N": [{"numeric": [">", 4, "<=", 5]}]}}, True),
        ({"eventName": [{"anything-but": ["INSERT"]}]}, False),
    ],
)
def test_stream_filters(pattern: dict[str, Any], expected: bool) -> None:
    assert passes([EventPattern.load(json.dumps(pattern))], RECORD) is expected


def test_no_filter_lets_everything_pass() -> None:
    assert passes([], RECORD)


@pytest.mark.parametrize(
    ("mailbox", "suffix"),
    [
        ("me@gmail.com", "me_40gmail.com"),
        ("Me+x@Gmail.com", "me_2bx_40gmail.com"),
        ("a_b@c", "a_5fb_40c"),
        ("ü@x", "_c3_bc_40x"),
    ],
)
def test_a_mailbox_in_a_parameters_name(mailbox: str, suffix: str) -> None:
    assert parameter_suffix(mailbox) == suffix


def notify(raw: bytes, **verdicts: str) -> dict[str, Any]:
    return notification(raw, "id", "a@b", ["x@y"], ["x@y"], Verdicts(verdicts, "reject"), {}, 0.0)


def test_headers_are_read_from_the_raw_bytes() -> None:
    raw = b"Subject: a\r\n =?utf-8?Q?=C3=A9?=\r\nX: \xff\r\nX: 2\r\n\r\nY: no\r\n"
    assert headers_of(raw) == [("Subject", "a =?utf-8?Q?=C3=A9?="), ("X", "\ufffd"), ("X", "2")]
    mail = notify(raw)["mail"]
    assert mail["commonHeaders"]["subject"] == "a é" and not mail["headersTruncated"]


def test_headers_beyond_10_kb_are_cut() -> None:
    raw = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 1000) for n in range(20)) + b"Subject: s\r\n\r\n"
    mail = notify(raw)["mail"]
    assert mail["headersTruncated"] and len(mail["headers"]) == 10
    assert mail["commonHeaders"]["subject"] == "s"


def test_the_dmarc_policy_is_told_only_of_a_failure() -> None:
    assert "dmarcPolicy" not in notify(b"\r\n")["receipt"]
    assert notify(b"\r\n", dmarc="FAIL")["receipt"]["dmarcPolicy"] == "reject"

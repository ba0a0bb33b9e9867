"""The lines that a filter pattern lets through."""

import time

import pytest
from botocore.exceptions import ClientError

from local_cloud.additions.log_filters import message_filter
from local_cloud.connection.aws import Cloud

LINES = {
    "error": '{"level": "ERROR", "record": {"status": "late"}, "count": 2}',
    "timeout": '{"type": "platform.report", "record": {"status": "timeout"}}',
    "words": "Task timed out after 3 seconds",
    "quotes": 'The "old" shop',
    "list": '["ERROR"]',
}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", list(LINES)),
        (" ", list(LINES)),
        ('{ $.level = "ERROR" }', ["error"]),
        ('{$.level="ERROR"||$.record.status="timeout"}', ["error", "timeout"]),
        ('{ $.record.status != "timeout" }', ["error"]),
        ('{ ($.level = "ERROR" || $.type = "x") && $.count = 2 }', ["error"]),
        ('{ $.level = "ERROR" && $.count = 3 || $.type = "platform.report" }', ["timeout"]),
        ('"Task timed out"', ["words"]),
        ("ERROR", ["error", "list"]),
        ("seconds Task", ["words"]),
        ('?"Task timed out" ?ERROR', ["error", "words", "list"]),
        (r'"\"old\""', ["quotes"]),
    ],
)
def test_a_pattern_leaves_what_it_names(pattern: str, found: list[str]) -> None:
    assert [name for name, line in LINES.items() if message_filter(pattern).matches(line)] == found


@pytest.mark.parametrize(
    "pattern",
    ["{", "{ }", "{ $.a }", "{ $.a > 1 }", "{ $.a = b }", '{ $.a = "b" } x', "?a b", "-a", "a.b"],
)
def test_what_is_not_understood_is_refused(pattern: str, cloud: Cloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": "m"}
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        logs.filter_log_events(logGroupName="g", filterPattern=pattern)

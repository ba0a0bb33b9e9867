"""A function's lines, written to its log group as Lambda would write them.

Written with the function's own role: a function that may not write logs has none, as on AWS.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.host.moment import iso_8601

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
MAXIMUM_EVENTS = 1000
MAXIMUM_EVENT = 256 * 1024


class LogWriter:
    """The log stream of one execution environment."""

    def __init__(
        self, cloud: Cloud, config: dict[str, Any], stream: str, complain: Callable[[str], None]
    ) -> None:
        self._client = cloud.client("logs")
        self._clock = cloud.clock
        self._group: str = config["LogGroup"]
        self._is_json = config.get("LogFormat") == "JSON"
        self._level = config.get("ApplicationLogLevel", "INFO")
        self._stream = stream
        self._complain = complain
        self._lines: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._has_stream = False

    def line(self, text: str) -> None:
        """A line that the function printed."""
        if self._is_json and not is_wanted(text, self._level):
            return
        with self._lock:
            self._append(self._clock(), text[:MAXIMUM_EVENT] or " ")

    def platform(self, kind: str, record: dict[str, Any], text: str) -> None:
        """A line of Lambda's own: START, END, REPORT."""
        now = self._clock()
        if self._is_json:
            text = json.dumps({"time": iso_8601(now), "type": f"platform.{kind}", "record": record})
        with self._lock:
            self._append(now, text)

    def _append(self, now: float, text: str) -> None:
        """The caller holds the lock."""
        self._lines.append({"timestamp": int(now * 1000), "message": text})

    def tail(self) -> bytes:
        with self._lock:
            return "\n".join(line["message"] for line in self._lines).encode()[-4096:]

    def flush(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
        if not lines:
            return
        try:
            if not self._has_stream:
                self._client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
                self._has_stream = True
            for start in range(0, len(lines), MAXIMUM_EVENTS):
                self._client.put_log_events(
                    logGroupName=self._group,
                    logStreamName=self._stream,
                    logEvents=lines[start : start + MAXIMUM_EVENTS],
                )
        except ClientError as error:
            self._complain(f"log lines for {self._group} are lost: {error}")


def is_wanted(text: str, level: str) -> bool:
    """Lambda drops JSON lines below the level; a line without a level counts as INFO."""
    try:
        value = json.loads(text)
        given = str(value.get("level", "INFO")).upper() if isinstance(value, dict) else "INFO"
    except ValueError:
        given = "INFO"
    if given not in LEVELS or level not in LEVELS:
        return True
    return LEVELS.index(given) >= LEVELS.index(level)

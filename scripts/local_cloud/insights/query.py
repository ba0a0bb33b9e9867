"""A whole query: the rows that it finds, and the text in which they are answered.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from local_cloud.insights.condition import condition
from local_cloud.insights.statistics import stats
from local_cloud.insights.words import Malformed, Words, commands

Row = dict[str, Any]
MAXIMUM_ROWS = 10_000


def discovered(message: str) -> Row:
    """The fields of a line in JSON: nested members with dots between."""
    try:
        document = json.loads(message)
    except ValueError:
        return {}
    row: Row = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, member in value.items():
                walk(member, f"{path}.{name}" if path else name)
        elif value is not None:
            row[path] = value

    walk(document if isinstance(document, dict) else {}, "")
    return row


def execute(query: str, rows: list[Row]) -> list[Row]:
    """The rows, each with the fields of the answer, in order."""
    rows = sorted(rows, key=lambda row: -row["@timestamp"])
    shown: list[str] | None = ["@timestamp", "@message"]
    for command in commands(query):
        words = Words(command)
        verb = words.take().lower()
        if verb == "fields":
            shown = [words.take()]
            while words.takes(","):
                shown.append(words.take())
            words.end()
        elif verb == "filter":
            keeps = condition(words)
            words.end()
            rows = [row for row in rows if keeps(row)]
        elif verb == "stats":
            rows, shown = stats(words, rows), None
        elif verb == "sort":
            rows = ordered(words, rows)
        elif verb == "limit":
            rows = rows[: int(words.take())]
        else:
            raise Malformed(f"the command {verb} is unknown here")
    names = shown
    return [
        {name: row[name] for name in (names or list(row)) if row.get(name) is not None}
        | ({"@ptr": row["@ptr"]} if names else {})
        for row in rows[:MAXIMUM_ROWS]
    ]


def ordered(words: Words, rows: list[Row]) -> list[Row]:
    name = words.take()
    is_ascending = words.takes("asc")
    if not is_ascending:
        words.takes("desc")
    words.end()
    known = [row for row in rows if row.get(name) is not None]
    unknown = [row for row in rows if row.get(name) is None]
    return sorted(known, key=lambda row: row[name], reverse=not is_ascending) + unknown


def text(name: str, value: Any) -> str:
    """A value as the service writes it: moments in UTC, at most four decimals."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int) and (name == "@timestamp" or value > 10**12):
        moment = datetime.fromtimestamp(value / 1000, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{value % 1000:03d}"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)

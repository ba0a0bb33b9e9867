"""A moment as AWS writes it: `2025-01-18T10:00:00.000Z`."""

from datetime import UTC, datetime


def iso_8601(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")

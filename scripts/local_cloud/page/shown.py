"""Text, times and sizes as the page shows them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local_cloud.command.table import size
from local_cloud.page.manual import marked

LONGEST_LINE = 2000
# Control characters, and those that turn the direction of text or are not seen at all.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def visible(value: Any) -> str:
    """Text in which characters that mislead a reader are written as their number."""
    text = str(value if value is not None else "").replace("\r\n", "\n")
    return HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def line(value: Any) -> str:
    """One line of text, cut where it is far too long."""
    text = " ".join(visible(value).split())
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…"


def moment(seconds: float | None) -> str:
    if seconds is None:
        return "at an unknown time"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def clock(seconds: float | None) -> str:
    return moment(seconds)[11:] if seconds is not None else "-"


def span(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 120:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


FILTERS: dict[str, Callable[..., str]] = {
    "visible": visible,
    "line": line,
    "moment": moment,
    "clock": clock,
    "span": span,
    "bytes": size,
    "marked": marked,
}

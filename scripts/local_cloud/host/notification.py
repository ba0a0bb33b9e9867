"""SES's notification about a received mail.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import formataddr, getaddresses
from typing import Any

from local_cloud.host.moment import iso_8601

MAXIMUM_HEADERS = 10 * 1024
VERDICTS = ("spam", "virus", "spf", "dkim", "dmarc")


@dataclass(frozen=True)
class Verdicts:
    """PASS by default. The policy is included only when DMARC has failed."""

    given: dict[str, str] = field(default_factory=dict)
    dmarc_policy: str | None = None

    def receipt(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            f"{name}Verdict": {"status": self.given.get(name, "PASS")} for name in VERDICTS
        }
        if self.given.get("dmarc") == "FAIL" and self.dmarc_policy:
            found["dmarcPolicy"] = self.dmarc_policy
        return found


def headers_of(raw: bytes) -> list[tuple[str, str]]:
    """The header fields, unfolded, in order; bytes that are not UTF-8 become U+FFFD."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    fields: list[tuple[str, str]] = []
    for line in re.split(rb"\r?\n", head):
        text = line.decode("utf-8", "replace")
        if text[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {text.strip()}")
            continue
        name, colon, value = text.partition(":")
        if colon and name and not name.endswith((" ", "\t")):
            fields.append((name, value.strip()))
    return fields


def truncated(fields: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], bool]:
    kept: list[tuple[str, str]] = []
    size = 0
    for name, value in fields:
        size += len(name.encode()) + len(value.encode()) + 4
        if size > MAXIMUM_HEADERS:
            return kept, True
        kept.append((name, value))
    return kept, False


def notification(
    raw: bytes,
    message_id: str,
    source: str,
    destination: list[str],
    recipients: list[str],
    verdicts: Verdicts,
    action: dict[str, Any],
    now: float,
) -> dict[str, Any]:
    moment = iso_8601(now)
    fields = headers_of(raw)
    kept, is_truncated = truncated(fields)
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": moment,
            "source": source,
            "messageId": message_id,
            "destination": destination,
            "headersTruncated": is_truncated,
            "headers": [{"name": name, "value": value} for name, value in kept],
            "commonHeaders": common_headers(fields, source),
        },
        "receipt": {
            "timestamp": moment,
            "processingTimeMillis": 321,
            "recipients": recipients,
            **verdicts.receipt(),
            "action": action,
        },
    }


def common_headers(fields: list[tuple[str, str]], source: str) -> dict[str, Any]:
    """The common headers; those that the mail lacks are left out."""
    first: dict[str, str] = {}
    every: dict[str, list[str]] = {}
    for name, value in fields:
        first.setdefault(name.lower(), value)
        every.setdefault(name.lower(), []).append(value)
    found: dict[str, Any] = {"returnPath": source}
    for name, key in (
        ("from", "from"),
        ("to", "to"),
        ("cc", "cc"),
        ("bcc", "bcc"),
        ("sender", "sender"),
        ("reply-to", "replyTo"),
    ):
        if name in every:
            found[key] = [formatted(pair) for pair in getaddresses(every[name])]
    for name, key in (("date", "date"), ("message-id", "messageId")):
        if name in first:
            found[key] = first[name]
    if "subject" in first:
        found["subject"] = decoded(first["subject"])
    return found


def formatted(pair: tuple[str, str]) -> str:
    name, address = decoded(pair[0]), pair[1]
    try:
        return formataddr((name, address)) if name.isascii() else f"{name} <{address}>"
    except UnicodeError:
        return address


def decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, HeaderParseError):
        return value

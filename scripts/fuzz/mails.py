"""What a target has written, read back by Python's `email`: another reader's view of our mails."""

import email
import email.policy
import re
from email.message import EmailMessage

REPORT = [
    "From",
    "To",
    "Subject",
    "Date",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]
NOTICE = [
    "Return-Path",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]


def check_outputs(outputs: list[bytes]) -> list[str]:
    """The faults of the outputs, each with the output it was found in."""
    faults = []
    for output in outputs:
        kind, _, content = output.partition(b"\n")
        try:
            CHECKS[kind](content)
        except (AssertionError, ValueError, LookupError, TypeError) as fault:
            faults.append(f"Python reads it otherwise ({fault}): {output[:2000]!r}")
    return faults[:3]


def _read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        assert not part.defects, f"defects {part.defects}"
    return message


def _report(content: bytes) -> None:
    message = _read(content)
    names = list(message)
    without = [name for name in REPORT if name not in ("In-Reply-To", "References")]
    assert names in (REPORT, without), f"fields {names}"
    assert message.get_content_type() == "multipart/report"
    texts, status, headers = list(message.iter_parts())
    types = [part.get_content_type() for part in texts.iter_parts()]
    assert types == ["text/plain", "text/html"], f"texts {types}"
    text = texts.get_body(("plain",))
    assert text and text.get_content().startswith("Your message could not be delivered.")
    assert status.get_content_type() == "message/delivery-status"
    groups = list(status.iter_parts())
    assert groups[0]["Reporting-MTA"] == "dns; example.com"
    for group in groups[1:]:
        fields = list(group)
        assert fields == ["Final-Recipient", "Action", "Status", "Diagnostic-Code"], f"{fields}"
        assert group["Action"] == "failed"
    assert headers.get_content_type() == "text/rfc822-headers"


def _notice(content: bytes) -> None:
    message = _read(content)
    names = list(message)
    assert names == NOTICE, f"fields {names}"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().startswith("Gmail refuses a message")


def _address(content: bytes) -> None:
    """In a header that we trust for who wrote a mail, Python finds the same person or nobody."""
    sole, _, value = content.decode().partition("\n")
    # A line end within a field only folds it.
    unfolded = value.replace("\r", " ").replace("\n", " ")
    header = email.policy.default.header_factory("From", unfolded)
    found = [address.addr_spec.lower() for address in header.addresses if address.domain]
    # Quotation marks and what they need stand for nothing themselves.
    plain = [re.sub(r'["\\]', "", text) for text in [*found, sole]]
    assert set(plain) == {plain[-1]}, f"{found}, not {sole}"


def _subject(content: bytes) -> None:
    text, _, field = content.decode().partition("\n")
    message = email.message_from_string(field, policy=email.policy.default)
    assert list(message) == ["Subject"], f"fields {list(message)}"
    assert message["Subject"].split() == f"Label: {text}".split(), f"{message['Subject']!r}"


CHECKS = {b"report": _report, b"notice": _notice, b"address": _address, b"subject": _subject}

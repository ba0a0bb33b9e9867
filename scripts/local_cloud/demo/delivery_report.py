"""A check that a message is a proper delivery status notification.

Python's email package parses it, independently of the code under test.
https://datatracker.ietf.org/doc/html/rfc3464 and rfc6522
"""

from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses

LONGEST_LINE = 998


def problems(
    raw: bytes,
    original: bytes,
    sender: str,
    recipients: list[str],
    description: str | None = None,
    status: str = "5.1.1",
) -> list[str]:
    """What is wrong with the report about `original`; empty when all is well."""
    report = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(report, EmailMessage)
    return [
        *wire_problems(raw),
        *header_problems(report, original, sender),
        *part_problems(report, original, recipients, description, status),
    ]


def wire_problems(raw: bytes) -> list[str]:
    found = []
    if not raw.isascii():
        found.append("there are bytes beyond ASCII")
    if raw.replace(b"\r\n", b"").count(b"\n"):
        found.append("a line ends in a bare LF")
    if max(len(line) for line in raw.split(b"\r\n")) > LONGEST_LINE:
        found.append(f"a line is longer than {LONGEST_LINE}")
    return found


def header_problems(report: EmailMessage, original: bytes, sender: str) -> list[str]:
    found = []
    about = BytesHeaderParser(policy=policy.default).parsebytes(original)
    recipients = [address for _, address in getaddresses([str(report["To"])])]
    if recipients != [sender]:
        found.append(f"To is {recipients}, the envelope sender is {sender}")
    if report["Auto-Submitted"] != "auto-replied":
        found.append(f"Auto-Submitted is {report['Auto-Submitted']}")
    for name in ("In-Reply-To", "References"):
        if str(about["Message-ID"]).strip() not in str(report[name]):
            found.append(f"{name} does not name the original")
    if str(report["Subject"]) != f"Mail Delivery Failed: {about['Subject']}":
        found.append(f"Subject is {report['Subject']!r}")
    found += [
        f"{name} is missing" for name in ("From", "Date", "MIME-Version") if report[name] is None
    ]
    return found


def part_problems(
    report: EmailMessage,
    original: bytes,
    recipients: list[str],
    description: str | None,
    status: str,
) -> list[str]:
    if (
        report.get_content_type() != "multipart/report"
        or report.get_param("report-type") != "delivery-status"
    ):
        return [f"it is {report.get_content_type()}, report-type {report.get_param('report-type')}"]
    parts = list(report.iter_parts())
    kinds = [part.get_content_type() for part in parts]
    if kinds != ["multipart/alternative", "message/delivery-status", "text/rfc822-headers"]:
        return [f"its parts are {kinds}"]
    return [
        *text_problems(parts[0], recipients, description),
        *status_problems(parts[1], recipients, status),
        *returned_problems(parts[2], original),
    ]


def text_problems(part: Message, recipients: list[str], description: str | None) -> list[str]:
    found = []
    texts = [each for each in part.walk() if not each.is_multipart()]
    if [each.get_content_type() for each in texts] != ["text/plain", "text/html"]:
        return [f"the text comes as {[each.get_content_type() for each in texts]}"]
    plain = bytes(texts[0].get_payload(decode=True)).decode()
    for wanted in [*recipients, *([description] if description else [])]:
        if wanted not in plain:
            found.append(f"the text does not name {wanted!r}")
    return found


def status_problems(part: Message, recipients: list[str], status: str) -> list[str]:
    blocks = part.get_payload()
    if not isinstance(blocks, list) or len(blocks) != 1 + len(recipients):
        return [f"the status has not one block and {len(recipients)} more"]
    found = [] if blocks[0]["Reporting-MTA"] else ["Reporting-MTA is missing"]  # type: ignore[index]
    named = []
    for block in blocks[1:]:
        assert isinstance(block, Message)
        kind, _, address = str(block["Final-Recipient"]).partition(";")
        named.append(address.strip())
        if kind.strip().lower() != "rfc822":
            found.append(f"Final-Recipient has the type {kind}")
        if str(block["Action"]).lower() != "failed" or block["Status"] != status:
            found.append(f"Action {block['Action']}, Status {block['Status']}")
    if sorted(named) != sorted(recipients):
        found.append(f"the status is about {named}")
    return found


def returned_problems(part: Message, original: bytes) -> list[str]:
    returned = bytes(part.get_payload(decode=True))
    body = original.split(b"\r\n\r\n", 1)[1].strip()
    found = (
        []
        if b"Message-ID" in returned or b"Message-Id" in returned
        else ["the returned headers lack the Message-ID"]
    )
    if body and body[:40] in returned:
        found.append("the original's body is in the report")
    return found

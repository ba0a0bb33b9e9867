"""The message that SES makes of a subject, a body and headers.

Feature: moto keeps the parts, but makes no message of them.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Message.html
"""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from moto.core.utils import utcfromtimestamp

KINDS = ("ToAddresses", "CcAddresses", "BccAddresses")


def recipients(destination: dict[str, list[str]]) -> list[str]:
    return [each for kind in KINDS for each in destination.get(kind, [])]


def simple_mail(given: dict[str, Any], now: float) -> bytes:
    """The message that the call `given` sends; recipients of Bcc are in no header."""
    simple, destination = given["Content"]["Simple"], given.get("Destination", {})
    mail = EmailMessage(policy=SMTP)
    mail["Date"] = format_datetime(utcfromtimestamp(now))
    mail["From"] = given["FromEmailAddress"]
    for name, addresses in (
        ("Reply-To", given.get("ReplyToAddresses")),
        ("To", destination.get("ToAddresses")),
        ("Cc", destination.get("CcAddresses")),
    ):
        if addresses:
            mail[name] = ", ".join(addresses)
    mail["Subject"] = simple["Subject"]["Data"]
    for header in simple.get("Headers", []):
        mail[header["Name"]] = header["Value"]
    text, html = simple["Body"].get("Text"), simple["Body"].get("Html")
    if text:
        mail.set_content(text["Data"])
    if html and text:
        mail.add_alternative(html["Data"], subtype="html")
    elif html:
        mail.set_content(html["Data"], subtype="html")
    return mail.as_bytes()

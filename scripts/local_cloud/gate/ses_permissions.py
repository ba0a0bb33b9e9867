"""The permissions of a call of SES, in both versions of its API.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
"""

import base64
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from local_cloud import ACCOUNT
from local_cloud.gate.api_call import ApiCall

Needs = list[tuple[str, str, dict[str, list[str]]]]


def second(call: ApiCall) -> Needs:
    p = call.parameters
    if call.operation == "GetEmailIdentity":
        return [(f"ses:{call.operation}", identity(call, p.get("EmailIdentity", "*")), {})]
    if call.operation != "SendEmail":
        return [(f"ses:{call.operation}", "*", {})]
    raw = p.get("Content", {}).get("Raw", {}).get("Data")
    sender = p.get("FromEmailAddress")
    if raw and not sender:
        headers = BytesHeaderParser().parsebytes(base64.b64decode(raw))
        sender = str(headers.get("From", ""))
    address = parseaddr(sender or "")[1]
    destination = p.get("Destination", {})
    recipients = [
        each
        for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
        for each in destination.get(kind, [])
    ]
    return sending("ses:SendRawEmail" if raw else "ses:SendEmail", call, address, recipients)


def first(call: ApiCall) -> Needs:
    p = call.parameters
    if call.operation not in ("SendEmail", "SendRawEmail"):
        return [(f"ses:{call.operation}", "*", {})]
    return sending(
        f"ses:{call.operation}",
        call,
        parseaddr(p.get("Source", ""))[1],
        p.get("Destinations") or [],
    )


def sending(action: str, call: ApiCall, address: str, recipients: list[str]) -> Needs:
    """The identity is the verified address or, more often, its domain; either is enough here."""
    extra: dict[str, list[str]] = {"ses:FromAddress": [address]}
    if recipients:
        extra["ses:Recipients"] = recipients
    return [(action, identity(call, address.rpartition("@")[2]), extra)]


def identity(call: ApiCall, name: str) -> str:
    return f"arn:aws:ses:{call.region}:{ACCOUNT}:identity/{name}"

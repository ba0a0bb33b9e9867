"""A mail that SES sends to a domain for which it also receives: it comes in again.

On its way out SES gives it a Message-ID of its own, and an envelope sender at the domain's custom
MAIL FROM, where bounces would go.
https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
"""

import base64
import re
from email.utils import parseaddr
from typing import Any

from local_cloud import REGION
from local_cloud.connection.aws import Cloud
from local_cloud.host.inbound import Inbound, MailRefused, domain_of
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess

MESSAGE_ID = re.compile(rb"^message-id:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


class OwnMail:
    """Takes what SES has sent, and delivers what is for our own domains."""

    def __init__(self, moto: MotoProcess, cloud: Cloud, inbound: Inbound) -> None:
        self._moto = moto
        self._ses = cloud.client("ses")
        self._inbound = inbound
        self._seen = 0

    def begin(self, sent: int) -> None:
        """Mail that was sent before the world began is not delivered."""
        self._seen = sent

    def deliver(self, sent: int) -> None:
        """Delivers the mail that was sent since the last call."""
        first, self._seen = self._seen, sent
        if first >= sent:
            return
        for message in self._moto.ask(f"outbox?first={first}"):
            raw = base64.b64decode(message["rawBase64"])
            if not raw:
                continue
            sender = parseaddr(message["source"])[1]
            source = f"{message['messageId']}@{self._mail_from(domain_of(sender))}"
            recipients = list(dict.fromkeys(parseaddr(each)[1] for each in message["destinations"]))
            try:
                self._inbound.receive(
                    with_own_id(raw, message["messageId"]), source, recipients, Verdicts()
                )
            except MailRefused:
                continue  # somebody else's domain: it leaves

    def _mail_from(self, domain: str) -> str:
        found: Any = self._ses.get_identity_mail_from_domain_attributes(Identities=[domain])
        attributes = found["MailFromDomainAttributes"].get(domain, {})
        return attributes.get("MailFromDomain") or f"{REGION}.amazonses.com"


def with_own_id(raw: bytes, message_id: str) -> bytes:
    field = f"Message-ID: <{message_id}@{REGION}.amazonses.com>\r\n".encode()
    head, gap, body = raw.partition(b"\r\n\r\n")
    head = MESSAGE_ID.sub(b"", head + b"\r\n").removesuffix(b"\r\n")
    return field + head + gap + body

"""SES's endpoint for mail that goes out: a credential logs in, and its user's policies decide.

The mail goes to SendRawEmail, signed with the user's own key, so that the gate judges it by the
user's policies and permissions boundary. `ses:FromAddress` is the address of the From field.
https://docs.aws.amazon.com/ses/latest/dg/send-email-smtp.html
https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""

import asyncio
import hmac
import re
from collections.abc import Callable
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from botocore.exceptions import ClientError

from local_cloud import REGION
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.host.identities import covers, verified_identities
from local_cloud.process.moto_process import MotoProcess
from local_cloud.smtp.password import smtp_password
from local_cloud.smtp.protocol import Handler

MAXIMUM_RECIPIENTS = 50
DENIAL = re.compile(r"User: (\S+) is not authorized to perform: (\S+) on resource: (\S+)")


class Submission(Handler):
    """Lets credentials send as SES does."""

    def __init__(self, moto: MotoProcess, cloud: Cloud, complain: Callable[[str], None]) -> None:
        super().__init__(complain)
        self._moto = moto
        self._cloud = cloud
        self._ses = cloud.client("ses")

    def authenticate(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        given: LoginPassword,
    ) -> AuthResult:
        key = self._key(given)
        if key is None:
            return AuthResult(
                success=False, handled=False, message="535 Authentication Credentials Invalid"
            )
        return AuthResult(success=True, message="235 Authentication successful.", auth_data=key)

    def _key(self, given: LoginPassword) -> Credentials | None:
        """The key of a user whose password this is; None where it is wrong or the key inactive."""
        name = given.login.decode("latin-1")
        secret = self._moto.ask(f"secret?active=1&key={quote(name, safe='')}") if name else None
        if secret is None:
            return None
        wanted = smtp_password(str(secret), REGION).encode()
        return (
            Credentials(name, str(secret)) if hmac.compare_digest(wanted, given.password) else None
        )

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not address.partition("@")[2]:
            return "501 Invalid MAIL FROM address provided"
        envelope.mail_from = address
        return "250 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAXIMUM_RECIPIENTS:
            return f"554 Transaction failed: Recipient count exceeds {MAXIMUM_RECIPIENTS}."
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await asyncio.to_thread(self._send, session.auth_data, envelope)

    def _send(self, key: Any, envelope: Envelope) -> str:
        raw, envelope_sender = envelope.original_content, envelope.mail_from
        assert raw is not None and envelope_sender is not None
        authors = authors_of(raw) or [envelope_sender]
        if len(authors) > 1:
            return "554 Transaction failed: Duplicate header 'From'."
        identities = verified_identities(self._ses)
        if envelope_sender != authors[0] and not covers(identities, envelope_sender):
            return unverified(envelope_sender)
        try:
            answer = (
                self._cloud.called_with(key)
                .client("ses")
                .send_raw_email(
                    Source=authors[0],
                    Destinations=list(dict.fromkeys(envelope.rcpt_tos)),
                    RawMessage={"Data": raw},
                )
            )
        except ClientError as error:
            return refusal(error, authors[0])
        return f"250 Ok {answer['MessageId']}"


def authors_of(raw: bytes) -> list[str]:
    """The addresses of all From fields."""
    fields = BytesHeaderParser().parsebytes(raw).get_all("From", [])
    return [address for _, address in getaddresses([str(each) for each in fields]) if address]


def refusal(error: ClientError, author: str) -> str:
    """The refusal of the API in the words of SMTP."""
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    denied = DENIAL.search(message)
    if denied is not None:
        user, action, resource = denied.groups()
        return (
            f"554 Access denied: User `{user}' is not authorized to perform `{action}' "
            f"on resource `{resource}'"
        )
    if code == "MessageRejected":
        return unverified(author)
    if code in ("InvalidClientTokenId", "SignatureDoesNotMatch"):
        return "535 Authentication Credentials Invalid"  # disabled or deleted since it logged in
    return f"554 Transaction failed: {' '.join(ascii(message)[1:-1].split())[:400]}"


def unverified(address: str) -> str:
    return (
        "554 Message rejected: Email address is not verified. The following identities failed the "
        f"check in region {REGION.upper()}: {address}"
    )

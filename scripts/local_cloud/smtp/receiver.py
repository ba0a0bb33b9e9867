"""SES's endpoint for mail that comes in: what it takes goes the way of every received mail."""

import asyncio
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

from local_cloud.host.inbound import MAXIMUM_RECIPIENTS, Inbound, MailRefused
from local_cloud.host.notification import Verdicts
from local_cloud.smtp.protocol import Handler
from local_cloud.smtp.verdict_header import UnknownVerdict, verdicts_of

NULL_SENDER = "<>"


class Receiver(Handler):
    """Takes mail from any client, as SES does, for the recipients of its receipt rules."""

    def __init__(self, inbound: Inbound, complain: Callable[[str], None]) -> None:
        super().__init__(complain)
        self._inbound = inbound
        self.verdicts = Verdicts()  # of a mail whose header names none

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAXIMUM_RECIPIENTS:
            return f"452 4.5.3 more than {MAXIMUM_RECIPIENTS} recipients"
        refusal = await asyncio.to_thread(self._inbound.refusal, address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content
        assert raw is not None and envelope.mail_from is not None
        source = "" if envelope.mail_from == NULL_SENDER else envelope.mail_from
        recipients = list(dict.fromkeys(envelope.rcpt_tos))
        try:
            verdicts = verdicts_of(raw, self.verdicts)
            received = await asyncio.to_thread(
                self._inbound.receive, raw, source, recipients, verdicts
            )
        except MailRefused as refusal:
            return str(refusal)
        except UnknownVerdict as error:
            return f"554 5.6.0 {error}"
        return f"250 Ok {received.message_id}"

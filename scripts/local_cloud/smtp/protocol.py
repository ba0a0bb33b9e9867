"""SES's side of a dialogue: aiosmtpd's protocol with SES's limits and SES's words.

https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html
"""

import logging
import ssl
import warnings
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import SMTP, TLSSetupException

from local_cloud.host.inbound import MAXIMUM_MAIL

TOO_LONG = "552 Message is too long."
FAILED = "451 Temporary service failure, please try again later"
WORDS = {
    "250 OK": "250 Ok",
    "250 HELP": "250 Ok",
    "552 Error: message size exceeds fixed maximum message size": TOO_LONG,
    "552 Error: Too much mail data": TOO_LONG,
    "500 Line too long (see RFC5321 4.5.3.1.6)": TOO_LONG,
    "530 5.7.0 Authentication required": "530 Authentication required",
    "538 5.7.11 Encryption required for requested authentication mechanism": (
        "530 Must issue a STARTTLS command first"
    ),
}
# Its warnings are about its own future and about what a client does wrong, which the client sees.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")


class Dialogue(SMTP):
    """One connection of a client."""

    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"
    # SES documents a limit of the whole message and none of a line.
    line_length_limit = MAXIMUM_MAIL

    def __init__(self, handler: "Handler", host: str, **options: Any) -> None:
        super().__init__(
            handler, data_size_limit=MAXIMUM_MAIL, hostname=host, ident="ESMTP", **options
        )

    async def push(self, status: str | bytes) -> None:
        """Sends one line, whatever a client's words have brought into it."""
        if isinstance(status, str):
            status = " ".join(WORDS.get(status, status).splitlines()).encode("ascii", "replace")
        await super().push(status)


class Handler:
    """What a server does with a mail. A failure of the emulated AWS is the client's to repeat."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        self._complain = complain

    async def handle_exception(self, error: Exception) -> str:
        is_clients_choice = isinstance(error, (TLSSetupException, ssl.SSLError))
        if not is_clients_choice:
            self._complain(f"a mail by SMTP has failed: {type(error).__name__}: {error}")
        return FAILED

"""The SMTP servers of one world: one for mail that comes in, two where credentials send out."""

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud import REGION
from local_cloud.connection.addresses import LOOPBACK, listen
from local_cloud.connection.aws import Cloud
from local_cloud.host.inbound import Inbound
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess
from local_cloud.smtp.protocol import Dialogue, Handler
from local_cloud.smtp.receiver import Receiver
from local_cloud.smtp.submission import Submission
from local_cloud.smtp.verdict_header import POLICY, asked_for

INBOUND_HOST = f"inbound-smtp.{REGION}.amazonaws.com"
SUBMISSION_HOST = f"email-smtp.{REGION}.amazonaws.com"


@dataclass(frozen=True)
class Ports:
    """The ports of the servers; 0 is one that the system chooses."""

    inbound: int = 0
    starttls: int = 0
    tls: int = 0


# Two are SES's own for clients whose network blocks 587 and 465.
USUAL_PORTS = Ports(inbound=2525, starttls=2587, tls=2465)


class SMTPServers:
    """The servers, all on the event loop of one thread."""

    def __init__(
        self,
        moto: MotoProcess,
        cloud: Cloud,
        inbound: Inbound,
        complain: Callable[[str], None],
        ports: Ports,
    ) -> None:
        self._complain = complain
        self._context = moto.authority.server_context()
        self.receiver = Receiver(inbound, complain)
        self._submission = Submission(moto, cloud, complain)
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True).start()
        logs_in = {
            "auth_required": True,
            "authenticator": self._submission.authenticate,
            "tls_context": self._context,
            "require_starttls": True,
        }
        # aiosmtpd knows of no TLS that began before its own dialogue.
        under_tls = logs_in | {"tls_context": None, "auth_require_tls": False}
        anybody = {"tls_context": self._context}
        # The hosts and ports: where mail comes in, and where credentials log in.
        self.addresses = {
            "inbound": self._serve(ports.inbound, self.receiver, INBOUND_HOST, anybody),
            "starttls": self._serve(ports.starttls, self._submission, SUBMISSION_HOST, logs_in),
            "tls": self._serve(
                ports.tls, self._submission, SUBMISSION_HOST, under_tls, is_tls=True
            ),
        }

    def endpoints(self) -> dict[str, str]:
        """What replaces SES's endpoint, by the variable that `ses-mail` reads."""
        return {"SMTP_ENDPOINT_URL": f"smtp://{self.addresses['starttls']}"}

    def described(self) -> str:
        return (
            "mail by SMTP comes in at {inbound}; credentials log in at {starttls} (STARTTLS) and "
            "{tls} (TLS)"
        ).format(**self.addresses)

    def settings(self) -> dict[str, Any]:
        verdicts = self.receiver.verdicts
        given = dict(verdicts.given)
        if verdicts.dmarc_policy:
            given[POLICY] = verdicts.dmarc_policy
        return {**self.addresses, "verdicts": given}

    def set_verdicts(self, words: list[str]) -> dict[str, Any]:
        """The verdicts of mail that comes in from now on and names none itself."""
        self.receiver.verdicts = asked_for(words, Verdicts())
        return self.settings()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def close(self) -> None:
        async def close() -> None:
            for server in self._servers:
                server.close()
            self._loop.stop()

        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(close(), self._loop)

    def _serve(
        self, port: int, handler: Handler, host: str, options: dict[str, Any], is_tls: bool = False
    ) -> str:
        listener = self._listener(port)
        making = self._loop.create_server(
            lambda: Dialogue(handler, host, loop=self._loop, **options),
            sock=listener,
            ssl=self._context if is_tls else None,
        )
        self._servers.append(asyncio.run_coroutine_threadsafe(making, self._loop).result())
        return "{}:{}".format(*listener.getsockname())

    def _listener(self, port: int) -> socket.socket:
        try:
            return listen([LOOPBACK], port)[0]
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            self._complain(f"port {port} is taken, so SMTP uses another")
            return listen([LOOPBACK])[0]

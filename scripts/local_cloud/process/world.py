"""One emulated world: a moto, what runs beside it, and its control API.

The first world lives in the process of `local-cloud up`; each fork has a process of its own, which
ends when its standard input ends.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud import (
    ADMINISTRATOR_KEY,
    ADMINISTRATOR_SECRET,
    OPERATOR_KEY,
    OPERATOR_SECRET,
    REGION,
)
from local_cloud.clock.workload import Workload
from local_cloud.connection import addresses
from local_cloud.host.automation import Automation
from local_cloud.host.inbound import Inbound
from local_cloud.host.journal import Journal
from local_cloud.host.own_mail import OwnMail
from local_cloud.host.runner import Runner
from local_cloud.host.schedules import Schedules
from local_cloud.host.xray_sink import XRaySink
from local_cloud.mailbox.server import Mailbox
from local_cloud.process.moto_process import MotoProcess
from local_cloud.report.evidence import Evidence
from local_cloud.report.status import report
from local_cloud.smtp.servers import Ports, SMTPServers

WATCH_SECONDS = 30.0
QUIET_SECONDS = 60.0
CHILD_START_SECONDS = 60.0


@dataclass(frozen=True)
class Settings:
    """What a world is made with, and passes on to its copies."""

    work: str
    time_scale: float = 1.0
    accounts: tuple[dict[str, Any], ...] = ()


class World:
    """A moto and everything that runs beside it."""

    def __init__(self, moto: MotoProcess, settings: Settings, ports: Ports | None = None) -> None:
        self.moto = moto
        self.settings = settings
        self.work = Path(settings.work)
        self.cloud = moto.cloud(clock=moto.clock.now)
        self.journal = Journal(moto.clock.now)
        self.mailbox = Mailbox(
            moto.authority.server_context(), moto.clock.now, lambda peer: self.runner.kill(peer)
        )
        self.mailbox.accounts.restore(list(settings.accounts))
        self.xray = XRaySink()
        self.complaints: list[str] = []
        self.stopped = threading.Event()
        self._has_ended = False
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self.workload = Workload(moto, settings.time_scale, self.complain)
        self.inbound = Inbound(self.cloud, moto.admits, self.journal, self.complain, moto.count)
        self.own_mail = OwnMail(moto, self.cloud, self.inbound)
        self.smtp = SMTPServers(moto, self.cloud, self.inbound, self.complain, ports or Ports())
        self.automation = Automation(moto, self.cloud, self.workload.busy, self.complain)
        self.schedules = Schedules(moto, self.cloud, self.workload.busy, self.complain)
        self.runner = Runner(
            moto,
            self.cloud,
            self.journal,
            self.work / "functions",
            self.environment(),
            self.xray.keep,
            self.workload.busy,
            self.complain,
        )

    def environment(self) -> dict[str, str]:
        """The variables of every function process beside its own configuration."""
        return {
            **self.endpoint_environment(),
            "GMAIL_ENDPOINT_URL": self.mailbox.addresses["GMAIL_ENDPOINT_URL"],
            "GOOGLE_TOKEN_ENDPOINT_URL": self.mailbox.addresses["GOOGLE_TOKEN_ENDPOINT_URL"],
            **self.moto.clock.of_functions.environment(),
        }

    def endpoint_environment(self) -> dict[str, str]:
        """The addresses of AWS, and the authority that a program there has to trust."""
        return {
            **addresses.endpoints(self.moto.port),
            "SSL_CERT_FILE": str(self.moto.authority.certificate),
        }

    def connections(self) -> dict[str, Any]:
        """How often each host was connected to and called."""
        google = {name: self.mailbox.traffic.of(it) for name, it in addresses.GOOGLE.items()}
        return {**self.moto.ask("connections"), **google}

    def start(self, control_url: str) -> None:
        self.control_url = control_url
        addresses = {"google": self.mailbox.addresses, "smtp": self.smtp.endpoints()}
        self.moto.ask("host", {"url": control_url, **addresses})
        self.own_mail.begin(self.moto.ask("activity", {"since": -1})["sent"])
        self.runner.deploy()
        threading.Thread(target=self._watch, daemon=True).start()

    def describe(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "motoPid": self.moto.process_id,
            "endpoint": self.cloud.endpoint,
            "control": self.control_url,
            "gmail": self.mailbox.url,
            "smtp": self.smtp.addresses,
            "googleToken": self.mailbox.addresses["GOOGLE_TOKEN_ENDPOINT_URL"],
            "googleAuthorization": self.mailbox.addresses["GOOGLE_AUTHORIZATION_ENDPOINT_URL"],
            "region": REGION,
            "endpointEnvironment": self.endpoint_environment(),
            "clockEnvironment": self.moto.clock.environment(),
            "accessKeyId": ADMINISTRATOR_KEY,
            "secretAccessKey": ADMINISTRATOR_SECRET,
            "operatorAccessKeyId": OPERATOR_KEY,
            "operatorSecretAccessKey": OPERATOR_SECRET,
            "work": str(self.work),
            "timeScale": self.settings.time_scale,
            "functions": sorted(self.runner.functions),
            "complaints": self.complaints[-50:],
        }

    def complain(self, text: str) -> None:
        if not self.stopped.is_set():
            self.complaints.append(text)
            print(f"local-cloud: {text}", file=sys.stderr, flush=True)

    def wait_until_quiet(self, timeout_seconds: float = QUIET_SECONDS) -> bool:
        return self.workload.wait_until_quiet(timeout_seconds)

    def _watch(self) -> None:
        """Passes on to the pollers what moto has for them; wakes up only when something happens."""
        seen: dict[str, Any] = {"events": -1, "now": None}
        while not self.stopped.is_set():
            try:
                asked = {"since": seen["events"], "now": seen["now"]}
                now = self.moto.ask("activity", asked | {"timeoutSeconds": WATCH_SECONDS})
            except (URLError, OSError):
                if not self.stopped.is_set():
                    self.complain("moto has gone")
                    self.stopped.set()
                return
            if now["deployments"] != self.runner.deployments:
                self._deploy_again()
            self.runner.wake(now, seen)
            self.schedules.begin(now["schedules"])
            self._let_own_mail_in(now["sent"])
            self.automation.begin(now["automations"])
            self.workload.told(now["events"])
            self.journal.touch()
            seen = now

    def _let_own_mail_in(self, sent: int) -> None:
        try:
            self.own_mail.deliver(sent)
        except (ClientError, BotoCoreError, OSError) as error:
            self.complain(f"a mail to one of our own domains is lost: {error}")

    def _deploy_again(self) -> None:
        """A deployment under way may be read half done; its next change brings us back here."""
        try:
            self.runner.deploy()
        except (ClientError, BotoCoreError, OSError) as error:
            self.complain(f"the deployment could not be read: {error}")

    def status(self) -> list[dict[str, Any]]:
        mails = self.journal.mails()  # first, so that the evidence of what it names exists
        evidence = self.evidence()
        return [report(mail, evidence) for mail in mails]

    def evidence(self) -> Evidence:
        return Evidence(
            self.moto.ask("queues"),
            self.moto.ask("outbox"),
            [each.summary() for each in self.mailbox.store.messages()],
            self.runner.routes,
        )

    def fork(self, time_scale: float | None = None) -> dict[str, Any]:
        """A copy of this world in a process of its own, at the same speed unless one is given."""
        self.wait_until_quiet()
        copy = self.moto.fork()
        scale = time_scale or self.settings.time_scale
        copy.ask("clock", {"scale": scale})
        config = {
            "port": copy.port,
            "tls": str(copy.authority.folder),
            "pid": copy.process_id,
            "clock": str(copy.clock.path),
            "settings": asdict(
                Settings(
                    self.settings.work,
                    scale,
                    tuple(self.mailbox.accounts.export()),
                )
            ),
        }
        with (self.work / f"world-{copy.process_id}.log").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "local_cloud.process.forked_world", json.dumps(config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert child.stdout is not None
        watchdog = threading.Timer(CHILD_START_SECONDS, child.kill)
        watchdog.start()
        line = child.stdout.readline()
        watchdog.cancel()
        if not line:
            copy.stop()
            raise RuntimeError(f"the copy did not start; see world-{copy.process_id}.log")
        described: dict[str, Any] = json.loads(line)
        self._children[described["control"]] = child
        threading.Thread(target=child.wait, daemon=True).start()
        return described

    def release(self, control_url: str) -> None:
        """Ends a copy."""
        child = self._children[control_url]
        if child.stdin is not None:
            child.stdin.close()

    def stop(self) -> None:
        self.stopped.set()
        if self._has_ended:
            return
        self._has_ended = True
        for control_url in self._children:
            self.release(control_url)
        for child in self._children.values():
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        self.automation.stop()
        self.runner.stop()
        self.smtp.close()
        self.mailbox.close()
        self.moto.stop()

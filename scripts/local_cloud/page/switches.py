"""The faults that the page can switch on and off, carried out in a world."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud.deploy.seed import OWNER, parameter_suffix, put_token, token_parameter
from local_cloud.mailbox.faults import Fault
from local_cloud.process.world import World

FOREVER = 10**9
THROTTLED = {"seed": 1, "throttle": 1.0, "services": ["dynamodb"], "mostInARow": FOREVER}


@dataclass(frozen=True)
class Switch:
    """One fault: what it is, which alarms ring, what mends it, and how it begins and ends.

    `minutes` after a mail has come, each of the alarms has rung.
    """

    name: str
    title: str
    about: str
    alarms: tuple[str, ...]
    minutes: int
    mend: str  # the label of what ends it
    after: str  # what happens then to the mail that has waited
    is_on: Callable[[], bool]
    begin: Callable[[], None]
    end: Callable[[], None]


class Switches:
    """The switches of one world. Whether one is on is read from the world itself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._outage: Fault | None = None
        self._policies: dict[str, str] = {}  # by a queue's URL, what it had
        self._weather: dict[str, Any] = {}  # before DynamoDB was throttled
        self.every = (self.google(), self.token(), self.dynamodb(), self.pipe(), self.policy())

    def turn(self, name: str, is_on: bool) -> bool:
        """Whether there is such a switch; it is turned where it is not yet as it should be."""
        for switch in self.every:
            if switch.name == name:
                with self._lock:
                    if switch.is_on() != is_on:
                        (switch.begin if is_on else switch.end)()
                return True
        return False

    def google(self) -> Switch:
        return Switch(
            "google-down",
            "Google is down",
            "Every request to Google is answered with 503.",
            ("ses-gmail-forwarder-queue-age",),
            30,
            "Google is back",
            "Mail that waits is delivered at its next try, every 12 minutes.",
            lambda: self._outage in self._world.mailbox.faults.pending(),
            self._begin_outage,
            self._end_outage,
        )

    def _begin_outage(self) -> None:
        self._outage = Fault("status", "any", 503, times=FOREVER)
        self._world.mailbox.faults.add(self._outage)

    def _end_outage(self) -> None:
        if self._outage is not None:
            self._world.mailbox.faults.end(self._outage)

    def token(self) -> Switch:
        return Switch(
            "token-revoked",
            "The token is revoked",
            "Google no longer accepts the refresh tokens: the owners have withdrawn their consent.",
            ("ses-mail-gmail-token-invalid", "ses-gmail-forwarder-queue-age"),
            30,
            "Give consent again",
            "Mail of the last six hours is delivered at its next try.",
            lambda: bool(self._dead_tokens()),
            self._revoke,
            self._consent,
        )

    def _parameters(self) -> dict[str, str]:
        """By account, the parameter that has its token."""
        parameter = token_parameter(self._world.runner.functions)
        if parameter is None:
            return {}
        found = {}
        for account in self._world.mailbox.accounts.export():
            suffix = parameter_suffix(account["address"])
            own = parameter if account["address"] == OWNER else f"{parameter}/{suffix}"
            found[account["address"]] = own
        return found

    def _dead_tokens(self) -> dict[str, str]:
        """The accounts whose stored token Google does not accept, with their parameters."""
        dead = {}
        for address, parameter in self._parameters().items():
            account = self._world.mailbox.accounts.get(address)
            stored = self._stored(parameter)
            if account is not None and stored not in (None, account.refresh_token):
                dead[address] = parameter
        return dead

    def _stored(self, parameter: str) -> str | None:
        """The refresh token in the parameter."""
        ssm = self._world.cloud.client("ssm")
        try:
            answer = ssm.get_parameter(Name=parameter, WithDecryption=True)
            found = json.loads(answer["Parameter"]["Value"])["refresh_token"]
        except (ssm.exceptions.ParameterNotFound, ValueError, KeyError, TypeError):
            return None
        return str(found)

    def _revoke(self) -> None:
        for address in self._parameters():
            self._world.mailbox.accounts.revoke(address)

    def _consent(self) -> None:
        for address, parameter in self._dead_tokens().items():
            account = self._world.mailbox.accounts.get(address)
            if account is not None:
                put_token(self._world.cloud, parameter, account.token_file())

    def dynamodb(self) -> Switch:
        return Switch(
            "dynamodb-throttled",
            "DynamoDB is throttled",
            "Every call of it by a function or by the command line is refused: too many requests.",
            ("ses-mail-lookup-failed", "eventbridge-pipes-failures", "ses-bouncer-dlq-messages"),
            20,
            "DynamoDB works again",
            "A mail that took the fallback needs ses-mail replay. Dead letters are reports that "
            "senders did not get: redrive them.",
            lambda: self._forecast() == THROTTLED["services"],
            self._throttle,
            self._let_through,
        )

    def _forecast(self) -> list[str] | None:
        forecast = self._world.moto.ask("weather")["forecast"] or {}
        services: list[str] | None = forecast.get("services")
        return services if forecast.get("throttle") == 1 else None

    def _throttle(self) -> None:
        self._weather = self._world.moto.ask("weather")["forecast"] or {}
        self._world.moto.ask("weather", THROTTLED)

    def _let_through(self) -> None:
        self._world.moto.ask("weather", self._weather)

    def pipe(self) -> Switch:
        return Switch(
            "pipe-stopped",
            "The pipe is stopped",
            "Nobody takes the notifications of new mail out of the input queue.",
            ("ses-email-input-queue-age",),
            8,
            "Start the pipe",
            "Mail that waits is routed at once.",
            lambda: any(each["DesiredState"] == "STOPPED" for each in self._pipes()),
            lambda: self._each_pipe("stop_pipe"),
            lambda: self._each_pipe("start_pipe"),
        )

    def _pipes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._world.cloud.client("pipes").list_pipes()["Pipes"]
        return found

    def _each_pipe(self, operation: str) -> None:
        pipes = self._world.cloud.client("pipes")
        for each in self._pipes():
            getattr(pipes, operation)(Name=each["Name"])

    def policy(self) -> Switch:
        return Switch(
            "policy-lost",
            "The queues' policies are lost",
            "The queues of the handlers let nobody in, so the bus fails to deliver to them.",
            (
                "eventbridge-gmail-failures",
                "eventbridge-bouncer-failures",
                "ses-gmail-forwarder-dlq-messages",
                "ses-bouncer-dlq-messages",
            ),
            8,
            "Put the policies back",
            "The events are in the dead-letter queues, where the bus put them: redrive them.",
            lambda: bool(self._policies),
            self._lose_policies,
            self._restore_policies,
        )

    def _lose_policies(self) -> None:
        sqs = self._world.cloud.client("sqs")
        for arn in set(self._world.runner.routes.values()):
            url = sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
            self._policies[url] = found["Attributes"]["Policy"]
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})

    def _restore_policies(self) -> None:
        sqs = self._world.cloud.client("sqs")
        for url, policy in self._policies.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        self._policies.clear()

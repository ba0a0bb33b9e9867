"""The routes of the moto process beside AWS's own API, under /_local/.

POST /_local/activity {since, now?, timeoutSeconds}  wait for something to happen after an answer's
                                               `events` and `now`; depth of all queues
GET  /_local/queues                            every queue with the messages in it
GET  /_local/outbox?first=N                    everything sent through SES, raw
GET  /_local/losses                            messages that no queue policy admitted
GET  /_local/refusals                          what the gate refused
GET  /_local/connections                       how often each host was connected to and called
GET  /_local/grants                            every action that a policy grants, how often used
GET  /_local/alarms                            the state of every alarm, and each change of it
POST /_local/alarms {evaluated}                whether alarms are evaluated from now on
POST /_local/measured {namespace, dimensions, values}  what a service measures that the host plays
GET  /_local/code/{region}/{function}          a function's zip
POST /_local/admits {owner, service, action, resource, context}  whether a policy admits that
POST /_local/deliberate {test}                 whose refusals are intended from now on; null: none
GET  /_local/secret?key=ID[&active=1]          the secret of a user's (active) key, to judge its use
POST /_local/checkpoint {mapping, …}           how far a stream mapping has got
POST /_local/record-ages {streamArn, …}        how old stream records are by the world's clock
POST /_local/automations {}                    executions of runbooks that nobody runs yet
POST /_local/automation {id, …}                progress of one of them
POST /_local/schedules {}                      calls of schedules that are due and nobody makes yet
POST /_local/clock {advanceSeconds?, scale?, busy?, expire?, skewSeconds?}
POST /_local/refusing {services}               which hosts of AWS refuse connections from now on
POST /_local/host {url, google, smtp}          where invocations go, where Google and SMTP are
GET  /_local/google                            what replaces Google's endpoints, by variable
GET  /_local/smtp                              the same for SES's SMTP endpoint
POST /_local/weather {seed, …}                 a forecast (weather/forecast.py); {}: fine weather
GET  /_local/weather                           the forecast, and what happened to which call
POST /_local/record {}                         from now on every call is recorded
POST /_local/recorded {file, host}             the end of that: the calls are in the file
POST /_local/make-again {file, host}           makes the calls of such a file here
POST /_local/fork                              a second moto with a copy of all state
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from local_cloud import REGION
from local_cloud.additions import (
    admission,
    automation,
    dynamodb,
    lambda_,
    message_moves,
    scheduler,
    ses,
    sqs,
    streams,
)
from local_cloud.additions.cloudwatch import WATCH
from local_cloud.clock.activity import ACTIVITY
from local_cloud.connection import addresses
from local_cloud.connection.loopback import LoopbackServer
from local_cloud.connection.traffic import Traffic
from local_cloud.gate import resource_policies, wsgi
from local_cloud.gate.answer import Answer
from local_cloud.gate.door import Door
from local_cloud.gate.principals import documents_of_roles, user_secret
from local_cloud.gate.raw_request import RawRequest
from local_cloud.metrics.counts import count
from local_cloud.rights.call_record import RECORD
from local_cloud.rights.usage import USAGE
from local_cloud.weather.forecast import Forecast
from local_cloud.weather.layer import WEATHER

MAXIMUM_WAIT_SECONDS = 60.0
JSON = {"Content-Type": "application/json"}


class LocalRoutes:
    """Answers one request; the caller holds the lock."""

    def __init__(self, moto: wsgi.Application, fork: Callable[[], dict[str, Any]]) -> None:
        self._fork = fork
        self._google: dict[str, str] = {}
        self._smtp: dict[str, str] = {}
        self.door = Door(moto, self)
        self.traffic = Traffic()
        self.server: LoopbackServer | None = None
        self._refusing: set[str] = set()

    def __call__(self, request: RawRequest) -> Answer:
        path = request.path.removeprefix("/_local/")
        if path.startswith("code/"):
            _, region, name = unquote(path).split("/", 2)
            content = lambda_.code_bytes(region, name)
            return (
                (200, {"Content-Type": "application/zip"}, content)
                if content
                else (404, JSON, b"{}")
            )
        given = json.loads(request.body) if request.body else {}
        answers: dict[tuple[str, str], Callable[[], Any]] = {
            ("POST", "activity"): lambda: wait_for_activity(given),
            ("GET", "queues"): queues,
            ("GET", "outbox"): lambda: ses.outbox(
                int(parse_qs(request.query).get("first", ["0"])[0])
            ),
            ("GET", "losses"): lambda: admission.LOST,
            ("GET", "refusals"): lambda: self.door.refusals,
            ("GET", "connections"): self.connections,
            ("GET", "grants"): grants,
            ("POST", "admits"): lambda: resource_policies.asked(given),
            ("POST", "deliberate"): lambda: set_deliberate(given),
            ("GET", "secret"): lambda: secret(parse_qs(request.query)),
            ("POST", "checkpoint"): lambda: streams.checkpoint(given),
            ("POST", "record-ages"): lambda: streams.record_ages(given),
            ("POST", "automations"): automation.take,
            ("POST", "automation"): lambda: automation.report(given),
            ("POST", "schedules"): scheduler.take,
            ("POST", "clock"): lambda: set_clock(given),
            ("POST", "host"): lambda: self.set_host(given),
            ("POST", "refusing"): lambda: self.set_refusing(given["services"]),
            ("GET", "alarms"): WATCH.described,
            ("POST", "alarms"): lambda: turn_alarms(given),
            ("POST", "measured"): lambda: measured(given),
            ("GET", "google"): lambda: self._google,
            ("GET", "smtp"): lambda: self._smtp,
            ("POST", "weather"): lambda: set_weather(given),
            ("GET", "weather"): weather,
            ("POST", "record"): self.door.recording.begin,
            ("POST", "recorded"): lambda: self.recorded(given),
            ("POST", "make-again"): lambda: self.make_again(given),
            ("POST", "fork"): self._fork,
        }
        answer = answers.get((request.method, path))
        if answer is None:
            return 404, JSON, b'{"error": "no such route"}'
        return 200, JSON, json.dumps(answer()).encode()

    def connections(self) -> dict[str, Any]:
        hosts = {"cloud": addresses.CLOUD, **addresses.SERVICES}
        return {name: self.traffic.of(address) for name, address in hosts.items()}

    def recorded(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"calls": self.door.recording.end(Path(given["file"]), given["host"])}

    def make_again(self, given: dict[str, Any]) -> dict[str, Any]:
        pass_on = self.door.pass_on_again
        return self.door.recording.make_again(Path(given["file"]), given["host"], pass_on)

    def set_host(self, given: dict[str, Any]) -> dict[str, Any]:
        self.door.host_url = given["url"]
        self._google, self._smtp = given["google"], given.get("smtp", {})
        return {}

    def set_refusing(self, services: list[str]) -> dict[str, Any]:
        """Lets these hosts of AWS, and no others, refuse connections."""
        assert self.server is not None
        for name in self._refusing - {*services}:
            self.server.admit(addresses.SERVICES[name])
        for name in {*services} - self._refusing:
            self.server.refuse(addresses.SERVICES[name])
        self._refusing = {*services}
        return {}


def wait_for_activity(given: dict[str, Any]) -> dict[str, Any]:
    since = int(given.get("since", -1))
    timeout = min(float(given.get("timeoutSeconds", 0)), MAXIMUM_WAIT_SECONDS)

    def next_due() -> float | None:
        every = [sqs.next_due(queue, given.get("now")) for queue in sqs.all_queues()]
        every += [message_moves.next_due(), scheduler.next_due()]
        return min((due for due in every if due is not None), default=None)

    ACTIVITY.wait(lambda: ACTIVITY.events > since, next_due, timeout)
    message_moves.go_on()
    return {
        "events": ACTIVITY.events,
        "deployments": ACTIVITY.deployments,
        "now": ACTIVITY.clock.now(),
        "queues": {queue.queue_arn: len(queue.messages) for queue in sqs.all_queues()},
        "sent": ses.sent_count(),
        "automations": automation.waiting(),
        "schedules": scheduler.waiting(),
        "streams": dynamodb.stream_lengths(),
    }


def grants() -> list[dict[str, Any]]:
    return USAGE.grants(documents_of_roles() | resource_policies.every_policy())


def secret(arguments: dict[str, list[str]]) -> str | None:
    return user_secret(arguments["key"][0], only_active="active" in arguments)


def set_deliberate(given: dict[str, Any]) -> dict[str, Any]:
    RECORD.deliberate = given["test"]
    return {}


def queues() -> list[dict[str, Any]]:
    return [{**sqs.describe(queue), "messages": sqs.messages(queue)} for queue in sqs.all_queues()]


def turn_alarms(given: dict[str, Any]) -> dict[str, Any]:
    WATCH.turn(bool(given["evaluated"]))
    return {}


def measured(given: dict[str, Any]) -> dict[str, Any]:
    """A measurement that the host has made in the name of a service."""
    count(REGION, given["namespace"], given["dimensions"], given["values"])
    return {}


def set_weather(given: dict[str, Any]) -> dict[str, Any]:
    WEATHER.set(Forecast.from_json(given) if given else None)
    return weather()


def weather() -> dict[str, Any]:
    forecast = WEATHER.forecast
    return {
        "forecast": forecast.json() if forecast else None,
        "befallen": WEATHER.record.entries,
    }


def set_clock(given: dict[str, Any]) -> dict[str, Any]:
    clock = ACTIVITY.clock
    if "scale" in given:
        clock.set_scale(float(given["scale"]))
    if "busy" in given:
        clock.set_busy(bool(given["busy"]))
    if given.get("advanceSeconds"):
        clock.advance(float(given["advanceSeconds"]))
    if "skewSeconds" in given:
        clock.set_skew(float(given["skewSeconds"]))
    WATCH.catch_up()
    expired = dynamodb.expire(clock.now()) if given.get("expire") else 0
    ACTIVITY.note()
    return {"now": clock.now(), "expired": expired}

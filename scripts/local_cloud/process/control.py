"""The control API: how a world is driven and looked at from outside. README.md lists the routes.

It is for tests and the command line, unsigned and unauthenticated: it listens on loopback only.
"""

import base64
import dataclasses
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from local_cloud.connection.addresses import LOOPBACK, listen
from local_cloud.connection.exchange import Answer, Asked
from local_cloud.connection.loopback import LoopbackServer
from local_cloud.connection.trace_header import new_trace_header
from local_cloud.deploy.seed import Rule, put_rule, routing_table
from local_cloud.host.inbound import MailRefused
from local_cloud.host.notification import Verdicts
from local_cloud.mailbox.accounts import SCOPE
from local_cloud.mailbox.faults import Fault
from local_cloud.process.world import World
from local_cloud.weather.forecast import Forecast

LONGEST_WAIT_SECONDS = 300.0


class NoSuchThing(LookupError):
    """The answer 404: there is nothing of that name."""


class Control:
    """The control API of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._routes: dict[tuple[str, str], Callable[[Asked], Any]] = {
            ("GET", "world"): lambda _: world.describe(),
            ("POST", "send"): self._send,
            ("GET", "smtp"): lambda _: world.smtp.settings(),
            ("POST", "smtp"): lambda asked: world.smtp.set_verdicts(asked.json()["verdicts"]),
            ("GET", "status"): self._status,
            ("GET", "quiet"): self._quiet,
            ("GET", "queues"): lambda _: world.moto.ask("queues"),
            ("GET", "outbox"): lambda _: world.moto.ask("outbox"),
            ("GET", "losses"): lambda _: world.moto.ask("losses"),
            ("GET", "refusals"): lambda _: world.moto.ask("refusals"),
            ("GET", "connections"): lambda _: world.connections(),
            ("GET", "grants"): lambda _: world.moto.ask("grants"),
            ("GET", "alarms"): lambda _: world.moto.ask("alarms"),
            ("POST", "alarms"): lambda asked: world.moto.ask("alarms", asked.json()),
            ("GET", "xray"): lambda _: world.xray.segments,
            ("GET", "logs"): self._logs,
            ("GET", "mailbox"): self._mailbox,
            ("GET", "mailbox/requests"): lambda _: world.mailbox.requests,
            ("GET", "mailbox/accounts"): lambda _: world.mailbox.accounts.export(),
            ("POST", "mailbox/accounts"): self._add_account,
            ("POST", "mailbox/expire"): lambda _: world.mailbox.accounts.expire_access_tokens(),
            ("POST", "mailbox/revoke"): lambda asked: world.mailbox.accounts.revoke(
                asked.json()["address"]
            ),
            ("GET", "faults"): self._pending_faults,
            ("POST", "faults"): lambda asked: world.mailbox.faults.add(
                Fault.from_json(asked.json())
            ),
            ("DELETE", "faults"): lambda _: world.mailbox.faults.clear(),
            ("GET", "weather"): lambda _: world.moto.ask("weather"),
            ("POST", "weather"): lambda asked: world.moto.ask(
                "weather", Forecast.from_json(asked.json()).json()
            ),
            ("DELETE", "weather"): lambda _: world.moto.ask("weather", {}),
            ("POST", "advance"): self._advance,
            ("POST", "expire"): lambda _: world.moto.ask("clock", {"expire": True}),
            ("POST", "clock"): lambda asked: world.moto.ask("clock", asked.json()),
            ("POST", "setup-notifications"): lambda _: world.inbound.send_setup_notifications(),
            ("POST", "rules"): self._put_rule,
            ("POST", "fork"): lambda asked: world.fork(asked.json().get("timeScale")),
            ("POST", "stop"): self._stop,
        }
        self._server = LoopbackServer(self._handle, listen([LOOPBACK]))
        self.url = self._server.url

    def routes(self) -> list[tuple[str, str]]:
        return sorted(self._routes)

    def close(self) -> None:
        self._server.close()

    def _handle(self, asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path.startswith("/invoke/"):
            return self._invoke(asked, unquote(asked.path.removeprefix("/invoke/")))
        path = asked.path.removeprefix("/control/").rstrip("/")
        if asked.method == "GET" and path.startswith("mailbox/") and path.endswith("/raw"):
            return self._raw(path.split("/")[1])
        route = self._routes.get((asked.method, path))
        if route is None:
            return Answer.of_json(
                {
                    "error": "no such route",
                    "routes": [f"{m} /control/{p}" for m, p in self.routes()],
                },
                404,
            )
        try:
            return Answer.of_json(route(asked) or {} if asked.method != "GET" else route(asked))
        except MailRefused as error:
            return Answer.of_json({"error": str(error)}, 422)
        except NoSuchThing as error:
            return Answer.of_json({"error": str(error)}, 404)

    def _send(self, asked: Asked) -> dict[str, Any]:
        given = asked.json()
        raw = (
            Path(given["path"]).read_bytes()
            if "path" in given
            else base64.b64decode(given["rawBase64"])
        )
        verdicts = Verdicts(
            {name.lower(): value.upper() for name, value in given.get("verdicts", {}).items()},
            given.get("dmarcPolicy"),
        )
        received = self._world.inbound.receive(raw, given["from"], given["to"], verdicts)
        return {
            "messageId": received.message_id,
            "accepted": received.accepted,
            "refused": received.refused,
        }

    def _status(self, asked: Asked) -> dict[str, Any]:
        """`?message=ID` selects one mail; `?settled=1&timeout=S` waits until all are settled."""
        arguments = asked.arguments
        timeout = min(float(arguments.get("timeout", 0)), LONGEST_WAIT_SECONDS)
        end = time.monotonic() + timeout
        while True:
            version = self._world.journal.wait(-1, 0)
            mails = [
                each
                for each in self._world.status()
                if arguments.get("message") in (None, each["messageId"])
            ]
            is_settled = all(each["isSettled"] for each in mails)
            left = end - time.monotonic()
            if is_settled or "settled" not in arguments or left <= 0:
                return {"isSettled": is_settled, "mails": mails}
            self._world.journal.wait(version, left)

    def _quiet(self, asked: Asked) -> dict[str, Any]:
        """`?timeout=S` waits until nobody works, or is about to."""
        timeout = min(float(asked.arguments.get("timeout", 0)), LONGEST_WAIT_SECONDS)
        return {"isQuiet": self._world.wait_until_quiet(timeout)}

    def _logs(self, asked: Asked) -> list[dict[str, Any]]:
        name = asked.arguments["function"]
        found = [each for full, each in self._world.runner.functions.items() if name in full]
        if not found:
            raise NoSuchThing(f"no function is called {name}")
        group = found[0].config["LoggingConfig"]["LogGroup"]
        events = (
            self._world.cloud.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=group, startTime=int(float(asked.arguments.get("since", 0)) * 1000)
            )
        )
        return [
            {"timestamp": each["timestamp"], "message": each["message"]}
            for page in events
            for each in page["events"]
        ]

    def _mailbox(self, asked: Asked) -> list[dict[str, Any]]:
        return [
            each.summary()
            for each in self._world.mailbox.store.messages(asked.arguments.get("mailbox"))
        ]

    def _raw(self, identifier: str) -> Answer:
        stored = self._world.mailbox.store.find(identifier)
        if stored is None:
            return Answer.of_json({"error": "no such message"}, 404)
        return Answer(200, stored.raw, {"Content-Type": "message/rfc822"})

    def _add_account(self, asked: Asked) -> dict[str, Any]:
        given = asked.json()
        scopes = tuple(given.get("scopes", [SCOPE]))
        return self._world.mailbox.accounts.add(given["address"], scopes).token_file()

    def _pending_faults(self, _: Asked) -> list[dict[str, Any]]:
        return [dataclasses.asdict(each) for each in self._world.mailbox.faults.pending()]

    def _advance(self, asked: Asked) -> Any:
        given = asked.json()
        return self._world.moto.ask(
            "clock", {"advanceSeconds": given["seconds"], "expire": given.get("expire", False)}
        )

    def _put_rule(self, asked: Asked) -> None:
        table = routing_table(self._world.runner.functions)
        if table is None:
            raise NoSuchThing("no deployed function names a table")
        put_rule(self._world.cloud, table, Rule(**asked.json()))

    def _stop(self, _: Asked) -> dict[str, Any]:
        threading.Timer(0.05, self._world.stopped.set).start()  # after the answer has gone out
        return {"stopping": True}

    def _invoke(self, asked: Asked, name: str) -> Answer:
        """The Invoke API, as the gate passes it on."""
        function = self._world.runner.functions.get(name.split(":")[0])
        payload = asked.read()
        if function is None:
            return Answer.of_json({"error": "no such function"}, 404)
        kind = asked.headers.get("X-Amz-Invocation-Type")
        trace = asked.headers.get("X-Amzn-Trace-Id") or new_trace_header(self._world.cloud.clock())
        if kind == "DryRun":
            return Answer(204)
        if kind == "Event":
            threading.Thread(target=function.invoke, args=(payload, trace), daemon=True).start()
            return Answer(202)
        with self._world.workload.busy():
            outcome = function.invoke(payload or b"{}", trace)
        headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
        if outcome.error is not None:
            headers["X-Amz-Function-Error"] = outcome.error
        if asked.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail).decode()
        return Answer(200, outcome.body, headers)

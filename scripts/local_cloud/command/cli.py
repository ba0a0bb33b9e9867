"""The arguments of `local-cloud`. Commands that start no world of their own ask a running one."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud.command import commands
from local_cloud.command.client import Unreachable
from local_cloud.mailbox.faults import KINDS, PLACES
from local_cloud.page import server as page
from local_cloud.process.up import DEFAULT_PACKAGES, DEFAULT_WORK, CannotComeUp


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        code = options.run(options)
        return int(code or 0)
    except (Unreachable, CannotComeUp) as error:
        print(f"local-cloud: {error}", file=sys.stderr)
        return 1
    except RuntimeError as error:  # Terraform's or moto's own words
        print(f"local-cloud: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="local-cloud", description="The emulated AWS.")
    top.add_argument("--work-dir", type=Path, default=DEFAULT_WORK)
    top.add_argument("--control", help="URL of a world's control API")
    every = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], Any], text: str
    ) -> argparse.ArgumentParser:
        added = every.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    for name, run, text in (
        ("up", commands.up, "start, apply, and run until it is stopped"),
        ("demo", commands.demo, "mails and a credential that show every outcome"),
        ("soak", commands.soak, "many mails while things go wrong, each accounted for"),
        ("load", commands.load, "how mails and commands bear a full table and long queues"),
    ):
        added = command(name, run, text)
        added.add_argument("--port", type=int, default=4566 if name == "up" else 0)
        added.add_argument(
            "--time-scale",
            type=float,
            default=1.0,
            help="factor by which the clock runs faster while nothing works",
        )
        added.add_argument("--work-dir", type=Path, default=argparse.SUPPRESS)
        added.add_argument("--package-dir", type=Path, default=DEFAULT_PACKAGES)
        added.add_argument("--ready-file", type=Path)
        added.add_argument(
            "--end-with-input", action="store_true", help="end when standard input ends"
        )

        added.add_argument(
            "--weather", type=int, metavar="SEED", help="let AWS have a bad day, once it is up"
        )
        if name == "up":
            added.add_argument("--page-port", type=int, default=page.PORT, help="of the page")
        added.add_argument(
            "--anew", action="store_true", help="apply Terraform, even where nothing has changed"
        )
        if name == "load":
            added.add_argument("--share", type=float, default=1.0, help="of the usual sizes")
        if name == "soak":
            added.add_argument("--mails", type=int, default=1000, help="how many")
            added.add_argument("--seed", type=int, default=1, help="of the mails and of the plan")

    send = command("send", commands.send, "let a mail arrive")
    send.add_argument("file", type=Path)
    send.add_argument("--from", dest="source", required=True, help="envelope sender")
    send.add_argument("--to", action="append", required=True, help="envelope recipient")
    send.add_argument("--verdict", action="append", default=[], metavar="spam=FAIL")
    send.add_argument("--dmarc-policy", choices=("none", "quarantine", "reject"))
    send.add_argument("--wait", type=float, metavar="SECONDS", help="wait for the outcome")

    smtp = command("smtp", commands.smtp, "where mail clients send to, in and out")
    smtp.add_argument(
        "--verdict",
        action="append",
        metavar="spam=FAIL",
        help="of mail that comes in from now on; replaces those given before",
    )

    command("status", commands.status, "what became of each mail").add_argument(
        "--json", action="store_true"
    )
    command("mailbox", commands.mailbox, "what arrived in the mailboxes").add_argument(
        "--json", action="store_true"
    )
    logs = command("logs", commands.logs, "what a function has logged")
    logs.add_argument("function")
    command("queues", commands.queues, "how many messages are in the queues")
    fault = command("fault", commands.fault, "make the next request to Google fail")
    fault.add_argument("kind", choices=(*KINDS, "clear"))
    fault.add_argument("--at", choices=PLACES, default="any")
    fault.add_argument("--status", type=int, default=503)
    fault.add_argument("--reason", default="backendError")
    fault.add_argument("--after-bytes", type=int, default=0)
    fault.add_argument("--times", type=int, default=1)
    fault.add_argument("--header", default="", help="the line by which refuse knows a mail")
    fault.add_argument("--above-bytes", type=int, help="the size above which refuse takes none")
    advance = command("advance", commands.advance, "move the world's clock forward")
    advance.add_argument("seconds", type=float)
    advance.add_argument("--expire", action="store_true", help="and let DynamoDB expire items")
    command("expire", commands.expire, "delete the items whose time to live has passed")
    rule = command("rule", commands.rule, "put a routing rule")
    rule.add_argument("recipient", help="address, *@domain or *")
    rule.add_argument("action")
    rule.add_argument("target", nargs="?", default="")
    command("fork", commands.fork, "start a copy of the world; prints its addresses")
    command(
        "rights", commands.rights, "compare the operator's policy with what a run has used of it"
    )
    command("stop", commands.stop, "end the world")
    return top

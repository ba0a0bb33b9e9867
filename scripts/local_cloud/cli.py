"""The command line: `local-cloud COMMAND`. Commands but `up` and `demo` ask a running world."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud.client import Client, Unreachable
from local_cloud.mailbox.faults import KINDS, PLACES
from local_cloud.table import aligned, size
from local_cloud.up import DEFAULT_PACKAGES, DEFAULT_WORK, CannotComeUp, Options, up


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
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], Any], text: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    for name, run, text in (
        ("up", run_up, "start, apply, and run until told to end"),
        ("demo", run_demo, "send mails that show every outcome"),
    ):
        added = command(name, run, text)
        added.add_argument("--port", type=int, default=4566 if name == "up" else 0)
        added.add_argument(
            "--time-scale",
            type=float,
            default=1.0,
            help="how much faster the clock runs while nothing works",
        )
        added.add_argument("--work-dir", type=Path, default=argparse.SUPPRESS)
        added.add_argument("--package-dir", type=Path, default=DEFAULT_PACKAGES)
        added.add_argument("--ready-file", type=Path)
        added.add_argument(
            "--end-with-input", action="store_true", help="end when standard input does"
        )

    send = command("send", run_send, "let a mail arrive")
    send.add_argument("file", type=Path)
    send.add_argument("--from", dest="source", required=True, help="envelope sender")
    send.add_argument("--to", action="append", required=True, help="envelope recipient")
    send.add_argument("--verdict", action="append", default=[], metavar="spam=FAIL")
    send.add_argument("--dmarc-policy", choices=("none", "quarantine", "reject"))
    send.add_argument("--wait", type=float, metavar="SECONDS", help="wait for what becomes of it")

    command("status", run_status, "what became of each mail").add_argument(
        "--json", action="store_true"
    )
    command("mailbox", run_mailbox, "what arrived in the mailboxes").add_argument(
        "--json", action="store_true"
    )
    logs = command("logs", run_logs, "what a function has logged")
    logs.add_argument("function")
    command("queues", run_queues, "how deep the queues are")
    fault = command("fault", run_fault, "let Google's next request go wrong")
    fault.add_argument("kind", choices=(*KINDS, "clear"))
    fault.add_argument("--at", choices=PLACES, default="any")
    fault.add_argument("--status", type=int, default=503)
    fault.add_argument("--reason", default="backendError")
    fault.add_argument("--after-bytes", type=int, default=0)
    fault.add_argument("--times", type=int, default=1)
    advance = command("advance", run_advance, "move the world's clock forward")
    advance.add_argument("seconds", type=float)
    advance.add_argument("--expire", action="store_true", help="and let DynamoDB expire items")
    command("expire", run_expire, "delete the items whose time to live has passed")
    rule = command("rule", run_rule, "put a routing rule")
    rule.add_argument("recipient", help="address, *@domain or *")
    rule.add_argument("action")
    rule.add_argument("target", nargs="?", default="")
    command("fork", run_fork, "start a copy of the world; prints where it answers")
    command("stop", run_stop, "end the world")
    return top


def client(options: argparse.Namespace) -> Client:
    return Client.find(options.work_dir, options.control)


def up_options(options: argparse.Namespace) -> Options:
    return Options(
        options.port,
        options.time_scale,
        options.work_dir.resolve(),
        options.package_dir.resolve(),
        options.ready_file,
        options.end_with_input,
    )


def run_up(options: argparse.Namespace) -> None:
    up(up_options(options))


def run_demo(options: argparse.Namespace) -> int:
    from local_cloud.demo.run import demo

    code: int = demo(up_options(options))
    return code


def run_send(options: argparse.Namespace) -> None:
    asked = client(options)
    answer = asked.post(
        "send",
        {
            "path": str(options.file.resolve()),
            "from": options.source,
            "to": options.to,
            "verdicts": dict(each.split("=", 1) for each in options.verdict),
            "dmarcPolicy": options.dmarc_policy,
        },
    )
    print(f"{answer['messageId']} accepted for {', '.join(answer['accepted'])}")
    if answer["refused"]:
        print(f"refused for {', '.join(answer['refused'])}")
    if options.wait:
        show_status(
            asked.get(f"status?message={answer['messageId']}&settled=1&timeout={options.wait}")[
                "mails"
            ]
        )


def run_status(options: argparse.Namespace) -> None:
    answer = client(options).get("status")
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        show_status(answer["mails"])


def show_status(mails: list[dict[str, Any]]) -> None:
    for mail in mails:
        print(f"{mail['messageId']}  from {mail['source']}  {size(mail['size'])}")
        print(
            aligned(
                ("  after", "stage", "took", "receive", "what"),
                [
                    (
                        f"  {each['afterSeconds'] or 0:.2f} s",
                        each["stage"],
                        f"{each['seconds']:.3f} s",
                        each.get("receiveCount", ""),
                        each["problem"] or each.get("function", "S3, SNS"),
                    )
                    for each in mail["stages"]
                ],
            )
        )
        for each in mail["recipients"]:
            print(f"  {each['recipient']}: {each['outcome']} — {each['detail']}")
        print()


def run_mailbox(options: argparse.Namespace) -> None:
    found = client(options).get("mailbox")
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(
        aligned(
            ("mailbox", "size", "labels", "via", "imports", "subject"),
            [
                (
                    each["mailbox"],
                    size(each["size"]),
                    ",".join(each["labels"]),
                    each["via"],
                    each["imports"],
                    each["subject"] or "",
                )
                for each in found
            ],
        )
    )


def run_logs(options: argparse.Namespace) -> None:
    for each in client(options).get(f"logs?function={options.function}"):
        moment = time.strftime("%H:%M:%S", time.localtime(each["timestamp"] / 1000))
        print(moment, each["message"].rstrip())


def run_queues(options: argparse.Namespace) -> None:
    print(
        aligned(
            ("queue", "visible", "in flight", "next in"),
            [
                (
                    each["name"],
                    each["visible"],
                    each["notVisible"],
                    "" if each["nextInSeconds"] is None else f"{each['nextInSeconds']:.0f} s",
                )
                for each in client(options).get("queues")
            ],
        )
    )


def run_fault(options: argparse.Namespace) -> None:
    if options.kind == "clear":
        client(options).delete("faults")
        return
    client(options).post(
        "faults",
        {
            "kind": options.kind,
            "at": options.at,
            "status": options.status,
            "reason": options.reason,
            "after_bytes": options.after_bytes,
            "times": options.times,
        },
    )


def run_advance(options: argparse.Namespace) -> None:
    client(options).post("advance", {"seconds": options.seconds, "expire": options.expire})


def run_expire(options: argparse.Namespace) -> None:
    print(f"{client(options).post('expire')['expired']} items expired")


def run_rule(options: argparse.Namespace) -> None:
    client(options).post(
        "rules",
        {"recipient": options.recipient, "action": options.action, "target": options.target},
    )


def run_fork(options: argparse.Namespace) -> None:
    print(json.dumps(client(options).post("fork"), indent=2))


def run_stop(options: argparse.Namespace) -> None:
    client(options).post("stop")

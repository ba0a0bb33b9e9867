"""What each command does: one function a command."""

import argparse
import json
import time
from typing import Any

from local_cloud.command.client import Client
from local_cloud.command.table import aligned, size
from local_cloud.process import up as world_up
from local_cloud.rights import operator_policy


def client(options: argparse.Namespace) -> Client:
    return Client.find(options.work_dir, options.control)


def up_options(options: argparse.Namespace) -> world_up.Options:
    return world_up.Options(
        options.port,
        options.time_scale,
        options.work_dir.resolve(),
        options.package_dir.resolve(),
        options.ready_file,
        options.end_with_input,
        options.weather,
        page_port=getattr(options, "page_port", 0),
        is_anew=options.anew,
    )


def up(options: argparse.Namespace) -> None:
    world_up.up(up_options(options))


def demo(options: argparse.Namespace) -> int:
    from local_cloud.demo import run

    code: int = run.demo(up_options(options))
    return code


def soak(options: argparse.Namespace) -> int:
    from local_cloud.soak import run

    return run.soak(up_options(options), options.seed, options.mails)


def load(options: argparse.Namespace) -> int:
    from local_cloud.soak import load

    return load.load(up_options(options), load.Sizes().times(options.share))


def send(options: argparse.Namespace) -> None:
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


def smtp(options: argparse.Namespace) -> None:
    asked = client(options)
    found = (
        asked.post("smtp", {"verdicts": options.verdict}) if options.verdict else asked.get("smtp")
    )
    verdicts = ", ".join(f"{name}={value}" for name, value in found["verdicts"].items())
    print(
        aligned(
            ("mail", "at", "how"),
            [
                ("comes in", found["inbound"], f"from anybody; verdicts: {verdicts or 'all PASS'}"),
                ("goes out", found["starttls"], "STARTTLS, with a credential of ses-mail smtp"),
                ("goes out", found["tls"], "TLS, with the same"),
            ],
        )
    )


def status(options: argparse.Namespace) -> None:
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


def mailbox(options: argparse.Namespace) -> None:
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


def logs(options: argparse.Namespace) -> None:
    for each in client(options).get(f"logs?function={options.function}"):
        moment = time.strftime("%H:%M:%S", time.localtime(each["timestamp"] / 1000))
        print(moment, each["message"].rstrip())


def queues(options: argparse.Namespace) -> None:
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


def fault(options: argparse.Namespace) -> None:
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
            "header": options.header,
            "above_bytes": options.above_bytes,
        },
    )


def advance(options: argparse.Namespace) -> None:
    client(options).post("advance", {"seconds": options.seconds, "expire": options.expire})


def expire(options: argparse.Namespace) -> None:
    print(f"{client(options).post('expire')['expired']} items expired")


def rule(options: argparse.Namespace) -> None:
    client(options).post(
        "rules",
        {"recipient": options.recipient, "action": options.action, "target": options.target},
    )


def fork(options: argparse.Namespace) -> None:
    print(json.dumps(client(options).post("fork"), indent=2))


def rights(options: argparse.Namespace) -> int:
    found = operator_policy.problems(options.work_dir)
    for problem in found:
        print(f"BAD {problem}")
    print("" if found else "The operator's policy is what its commands need.")
    return 1 if found else 0


def stop(options: argparse.Namespace) -> None:
    client(options).post("stop")

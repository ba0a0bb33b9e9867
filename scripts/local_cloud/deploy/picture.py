"""The picture of a whole deployment in docs/design.md, drawn from Terraform's state of it.

Drawn are the functions, queues, topics, pipes, buses, tables and buckets, and what leads from one
to another: receipt rules, subscriptions, event source mappings, the pipe, the bus's targets.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud import ACCOUNT, ROOT

PAGE = ROOT / "docs" / "design.md"
BEGIN, END = "<!-- drawn from Terraform's state -->", "<!-- end of what is drawn -->"
PEOPLE = "alarm_emails"
# The resources that are drawn, by their kind.
KINDS = {
    "aws_ses_receipt_rule": "receipt rule",
    "aws_s3_bucket": "bucket",
    "aws_sns_topic": "topic",
    "aws_sqs_queue": "queue",
    "aws_pipes_pipe": "pipe",
    "aws_cloudwatch_event_bus": "bus",
    "aws_lambda_function": "function",
    "aws_dynamodb_table": "table",
    "aws_scheduler_schedule": "schedule",
}


@dataclass
class Part:
    """One resource and what leads on from it: ARNs, each with those of the queues that get what
    does not arrive there.
    """

    kind: str
    name: str
    next: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # who gets what this cannot handle


def resources(state: Path) -> list[tuple[str, dict[str, Any]]]:
    """Address without index, and attributes, of each managed resource in a state file."""
    return [
        (f"{each['type']}.{each['name']}", instance["attributes"])
        for each in json.loads(state.read_text())["resources"]
        if each["mode"] == "managed"
        for instance in each["instances"]
    ]


def parts(found: list[tuple[str, dict[str, Any]]]) -> dict[str, Part]:
    """Each part by its ARN, with everything that leads on from it."""
    drawn = {
        attributes["arn"]: Part(kind, name_of(attributes))
        for address, attributes in found
        if (kind := KINDS.get(address.partition(".")[0]))
    }
    for address, attributes in found:
        lead(address.partition(".")[0], attributes, drawn)
    return drawn


def name_of(attributes: dict[str, Any]) -> str:
    named = (attributes.get(key) for key in ("function_name", "bucket", "name"))
    return str(next(name for name in named if name))


def lead(kind: str, given: dict[str, Any], drawn: dict[str, Part]) -> None:
    """Notes what this resource leads to, or what it connects."""
    match kind:
        case "aws_ses_receipt_rule":
            for action in given["s3_action"]:
                drawn[given["arn"]].next |= {f"arn:aws:s3:::{action['bucket_name']}": []}
                drawn[given["arn"]].next |= {action["topic_arn"]: []}
        case "aws_sns_topic_subscription":
            endpoint = PEOPLE if given["protocol"] == "email" else given["endpoint"]
            drawn[given["topic_arn"]].next[endpoint] = dead_letter_queue(given)
        case "aws_lambda_event_source_mapping":
            endings = [each for end in given["destination_config"] for each in end["on_failure"]]
            source = drawn[given["event_source_arn"].partition("/stream/")[0]]
            source.next[given["function_arn"]] = [each["destination_arn"] for each in endings]
        case "aws_sqs_queue":
            drawn[given["arn"]].failed += dead_letter_queue(given)
        case "aws_pipes_pipe":
            drawn[given["source"]].next[given["arn"]] = []
            drawn[given["arn"]].asked.append(given["enrichment"])
            drawn[given["arn"]].next[given["target"]] = []
        case "aws_cloudwatch_event_target":
            endings = given["dead_letter_config"] or []
            bus = next(part for part in drawn.values() if is_bus(part, given["event_bus_name"]))
            bus.next[given["arn"]] = [each["arn"] for each in endings]
        case "aws_scheduler_schedule":
            drawn[given["arn"]].next |= {each["arn"]: [] for each in given["target"]}


def is_bus(part: Part, name: str) -> bool:
    return (part.kind, part.name) == ("bus", name)


def dead_letter_queue(attributes: dict[str, Any]) -> list[str]:
    policy = json.loads(attributes.get("redrive_policy") or "{}")
    return [policy["deadLetterTargetArn"]] if policy else []


def picture(found: list[tuple[str, dict[str, Any]]], environment: str) -> str:
    """The deployment as trees of lines, for any environment and account."""
    drawn = parts(found)
    reached = {arn for part in drawn.values() for arn in (*part.next, *part.asked, *part.failed)}
    reached |= {arn for part in drawn.values() for failed in part.next.values() for arn in failed}
    roots = [arn for arn in drawn if arn not in reached]
    roots.sort(key=lambda arn: (list(KINDS.values()).index(drawn[arn].kind), arn))
    lines = [line for root in roots for line in tree(root, [], drawn, "", "")]
    return "\n".join(anywhere(line, environment) for line in lines)


def tree(
    arn: str, undelivered: list[str], drawn: dict[str, Part], mark: str, indent: str
) -> Iterator[str]:
    part = drawn.get(arn) or elsewhere(arn)
    failed = dict.fromkeys([*undelivered, *part.failed])
    notes = [f"asks {drawn[each].kind} {drawn[each].name}" for each in part.asked]
    notes += [f"failures: queue {drawn[each].name}" for each in failed]
    yield f"{mark}{', '.join([f'{part.kind} {part.name}', *notes])}"
    for index, (following, lost) in enumerate(part.next.items()):
        is_last = index == len(part.next) - 1
        more, branch = ("    ", "└─▶ ") if is_last else ("│   ", "├─▶ ")
        yield from tree(following, lost, drawn, indent + branch, indent + more)


def elsewhere(arn: str) -> Part:
    """What is not drawn by itself: a log group, a call of AWS, people."""
    for mark, kind in ((":log-group:", "log group"), (":aws-sdk:", "call")):
        if name := arn.partition(mark)[2]:
            return Part(kind, name)
    return Part("people in", arn)


def anywhere(line: str, environment: str) -> str:
    """The line for any account, and without the environment, in which every name ends."""
    return re.sub(rf"-{environment}\b", "", line.replace(ACCOUNT, "{account}"))


def of_page(page: str) -> str:
    """The picture that the page has."""
    return page.partition(f"{BEGIN}\n```text\n")[2].partition(f"\n```\n{END}")[0]


def with_picture(page: str, drawn: str) -> str:
    """The page with this picture in the place of its own."""
    head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
    return f"{head}{BEGIN}\n```text\n{drawn}\n```\n{END}{tail}"

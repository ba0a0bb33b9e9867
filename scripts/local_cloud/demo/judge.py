"""The judgement on each mail: what is seen, compared with what was expected."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from local_cloud.demo.cases import BOUNCE_ALL, Case
from local_cloud.demo.delivery_report import problems as report_problems
from local_cloud.process.world import World
from local_cloud.report.evidence import addresses


@dataclass(frozen=True)
class Sent:
    """A case whose mail was sent: the id that SES gave it, and the hash of its bytes."""

    case: Case
    message_id: str
    sha256: str


def judge(world: World, sent: Sent, mail: dict[str, Any]) -> list[str]:
    found: list[str] = []
    by_recipient = {each["recipient"]: each for each in mail["recipients"]}
    if set(by_recipient) != set(sent.case.expected):
        found.append(f"recipients are {sorted(by_recipient)}")
    for recipient, expected in sent.case.expected.items():
        seen = by_recipient.get(recipient, {"outcome": "nothing", "detail": ""})
        if seen["outcome"] != expected.outcome:
            found.append(
                f"{recipient} {seen['outcome']} ({seen['detail']}), should be {expected.outcome}"
            )
        elif expected.rule and seen.get("rule") != expected.rule:
            found.append(f"{recipient} went by {seen.get('rule')}, not {expected.rule}")
        elif expected.outcome == "imported":
            found += import_problems(world, sent, str(expected.mailbox))
    bounced = [r for r, e in sent.case.expected.items() if e.outcome == "bounced"]
    if bounced and not found:
        found += bounce_problems(world, sent, mail, bounced)
    return found + object_problems(world, sent)


def import_problems(world: World, sent: Sent, mailbox: str) -> list[str]:
    arrived = [
        each
        for each in world.mailbox.store.messages(mailbox)
        if hashlib.sha256(each.raw).hexdigest() == sent.sha256
    ]
    if len(arrived) != 1:
        return [f"{len(arrived)} equal messages in {mailbox}"]
    found = [] if arrived[0].labels == ["INBOX", "UNREAD"] else [f"labels {arrived[0].labels}"]
    if arrived[0].options.get("internalDateSource") != "receivedTime":
        found.append(f"options {arrived[0].options}")
    return found


def bounce_problems(
    world: World, sent: Sent, mail: dict[str, Any], recipients: list[str]
) -> list[str]:
    """There must be one report; in bad weather one more for each send whose success was not heard
    of.
    """
    identifiers = {
        each["sesMessageId"] for each in mail["recipients"] if each["outcome"] == "bounced"
    }
    reports = [each for each in world.moto.ask("outbox") if sent.case.sender in addresses(each)]
    if not 1 <= len(reports) <= 1 + unheard_sends(world):
        return [f"{len(reports)} reports were sent"]
    if not identifiers <= {each["messageId"] for each in reports}:
        return ["the report went to somebody else"]
    return [
        problem
        for report in reports
        for problem in report_problems(
            base64.b64decode(report["rawBase64"]),
            sent.case.raw(),
            sent.case.sender,
            recipients,
            BOUNCE_ALL,
        )
    ]


def unheard_sends(world: World) -> int:
    return sum(
        1
        for each in world.moto.ask("weather")["befallen"]
        if each["operation"] == "SendEmail" and each["kind"] in ("failAfter", "loseAfter")
    )


def object_problems(world: World, sent: Sent) -> list[str]:
    """Where the mail was imported and nothing else, its object is deleted; else it stays as the
    only copy.
    """
    s3 = world.cloud.client("s3")
    keys = [
        each["Key"]
        for bucket in s3.list_buckets()["Buckets"]
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
    ]
    is_there = any(key.endswith(sent.message_id) for key in keys)
    if is_there == sent.case.keeps_object:
        return []
    return ["the stored mail is still there" if is_there else "the stored mail is gone"]

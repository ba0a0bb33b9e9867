"""The judgement on each mail: what is seen, compared with what was expected."""

import base64
from dataclasses import dataclass
from typing import Any

from local_cloud.demo.cases import Case, Expected
from local_cloud.demo.delivery_report import problems as report_problems
from local_cloud.process.world import World
from local_cloud.report.evidence import addresses


@dataclass(frozen=True)
class Sent:
    """A case whose mail was sent, and the id that SES gave it."""

    case: Case
    message_id: str


def judge(world: World, sent: Sent, mail: dict[str, Any]) -> list[str]:
    found: list[str] = []
    recipients = {each["recipient"] for each in mail["recipients"]}
    if recipients != set(sent.case.expected):
        found.append(f"recipients are {sorted(recipients)}")
    for recipient, expected in sent.case.expected.items():
        rows = [each for each in mail["recipients"] if each["recipient"] == recipient]
        found += recipient_problems(world, sent, rows, expected)
    bounced = [
        recipient
        for recipient, expected in sent.case.expected.items()
        if any(each.outcome == "bounced" for each in expected)
    ]
    if bounced and not found:
        found += bounce_problems(world, sent, mail, bounced)
    return found + object_problems(world, sent)


def recipient_problems(
    world: World, sent: Sent, rows: list[dict[str, Any]], expected: tuple[Expected, ...]
) -> list[str]:
    wanted = {(each.outcome, each.mailbox): each for each in expected}
    seen = {(str(each["outcome"]), each.get("destination")): each for each in rows}
    if sorted(map(str, seen)) != sorted(map(str, wanted)) or len(rows) != len(expected):
        details = [f"{each['recipient']} {each['outcome']} ({each['detail']})" for each in rows]
        return [f"{details or 'nothing'}, should be {sorted(map(str, wanted))}"]
    found = []
    for fate, each in wanted.items():
        if each.rule and seen[fate].get("rule") != each.rule:
            found.append(f"{fate} by {seen[fate].get('rule')}, not {each.rule}")
        elif each.outcome in ("imported", "junk"):
            found += import_problems(world, sent, each)
        elif each.outcome == "refused":
            found += notice_problems(world, sent, str(each.mailbox))
    return found


def import_problems(world: World, sent: Sent, expected: Expected) -> list[str]:
    raw = sent.case.raw()
    if expected.outcome == "junk":  # its own Message-ID, so that Gmail merges it with no other mail
        name, own = b"Message-ID:", f"Message-ID: <{sent.message_id}.junk@ses-mail.invalid>\r\n"
        raw = own.encode() + raw.replace(name, b"X-Original-" + name, 1)
    arrived = [m for m in world.mailbox.store.messages(expected.mailbox) if m.raw == raw]
    if len(arrived) != 1:
        return [f"{len(arrived)} equal messages in {expected.mailbox}"]
    labels = tuple(arrived[0].labels)
    found = [] if labels == tuple(sorted(expected.labels)) else [f"labels {labels}"]
    if arrived[0].options.get("internalDateSource") != "receivedTime":
        found.append(f"options {arrived[0].options}")
    return found


def notice_problems(world: World, sent: Sent, mailbox: str) -> list[str]:
    name = f"<{sent.message_id}.refused@ses-mail.invalid>"
    notices = [m for m in world.mailbox.store.messages(mailbox) if m.message_id == name]
    if len(notices) != 1:
        return [f"{len(notices)} notices in {mailbox}"]
    found = [] if notices[0].labels == ["INBOX", "UNREAD"] else [f"labels {notices[0].labels}"]
    if notices[0].options.get("neverMarkSpam") != "true":
        found.append("the notice may be taken for spam")
    if f"ses-mail mail save {sent.message_id}".encode() not in notices[0].raw:
        found.append("the notice does not say how to get the mail")
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
            sent.case.description,
            sent.case.status,
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

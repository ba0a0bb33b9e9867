"""What can be seen of all mails at the end of a soak: in mailboxes, in what SES sent, in AWS."""

import base64
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

from local_cloud.host.journal import mail_of_event, mail_of_notification
from local_cloud.mailbox.store import Stored, first
from local_cloud.process.world import World
from local_cloud.soak.mails import HEADER

Actions = dict[str, Any]
TRIES = 3  # of a message of the input queue
FALLBACK_REASONS = {"lookup-failed", "spam", "dmarc-quarantine", "dmarc-reject"}


@dataclass
class Seen:
    """The evidence, by a mail's number in the soak or by SES's id of it."""

    imports: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    notices: dict[str, list[Stored]] = field(default_factory=lambda: defaultdict(list))  # by id
    reports: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reported_to: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    decisions: dict[str, Actions] = field(default_factory=dict)  # by id; the last one
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)  # by id and function
    ledger: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))  # by id
    objects: set[str] = field(default_factory=set)  # ids
    waiting: dict[str, str] = field(default_factory=dict)  # id → the queue that still has it

    @classmethod
    def of(cls, world: World, table: str) -> "Seen":
        seen = cls()
        seen._read_mailboxes(world)
        seen._read_reports(world)
        seen._read_journal(world)
        seen._read_aws(world, table)
        return seen

    def is_fallback(self, message_id: str) -> bool:
        """Whether the router may have given up the rules, at the third receive, and did."""
        failed = sum(
            count
            for (failed_id, function), count in self.failures.items()
            if failed_id == message_id and "router" in function
        )
        actions = self.decisions.get(message_id, {})
        reasons = {each.get("reason") for action in actions.values() for each in action["targets"]}
        return failed >= TRIES - 1 and bool(reasons) and reasons <= FALLBACK_REASONS

    def _read_mailboxes(self, world: World) -> None:
        for each in world.mailbox.store.messages():
            message_id = each.message_id or ""
            if message_id.endswith(".refused@ses-mail.invalid>"):
                self.notices[message_id[1:].partition(".")[0]].append(each)
            else:
                self.imports[first(each.raw, HEADER.lower()) or "?"].append(each)

    def _read_reports(self, world: World) -> None:
        """Each report names its mail in the subject, and its recipients one by one."""
        for sent in world.moto.ask("outbox"):
            message = BytesParser().parsebytes(base64.b64decode(sent["rawBase64"]))
            words = str(message["Subject"]).partition("soak ")[2].split()
            number = words[0] if words else "?"
            self.reported_to[number].update(sent["destinations"])
            for part in message.walk():
                recipient = part["Final-Recipient"]
                if recipient is not None:
                    self.reports[number].append(recipient.partition(";")[2].strip())

    def _read_journal(self, world: World) -> None:
        for mail in world.journal.mails():
            for entry in mail.entries:
                if entry["problem"] is not None:
                    self.failures[mail.message_id, entry["function"]] += 1
                elif entry["stage"] == "route" and entry["decision"]:
                    self.decisions[mail.message_id] = entry["decision"][0]

    def _read_aws(self, world: World, table: str) -> None:
        for page in world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table):
            for row in page["Items"]:
                kind, _, message_id = row["PK"]["S"].partition("#")
                if kind == "MAIL":
                    self.ledger[message_id][row["SK"]["S"]] = row["state"]["S"]
        s3 = world.cloud.client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
                self.objects |= {each["Key"].split("/")[-1] for each in page.get("Contents", [])}
        for queue in world.moto.ask("queues"):
            for message in queue["messages"]:
                for read in (mail_of_notification, mail_of_event):
                    self.waiting.setdefault(read(message["body"]), queue["name"])

"""What SES does with a mail that arrives: receipt rules, the bucket, the topic, or a refusal.

SES acts by resource policies: the bucket's and the topic's must let this very rule in.
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud import REGION
from local_cloud.connection.aws import Cloud
from local_cloud.gate.ses_request import rule_arn, ses_request
from local_cloud.host.count import Count
from local_cloud.host.identities import verified_identities
from local_cloud.host.journal import Journal
from local_cloud.host.notification import Verdicts, notification

MAXIMUM_MAIL = 40 * 1024 * 1024
MAXIMUM_RECIPIENTS = 100
SETUP = "AMAZON_SES_SETUP_NOTIFICATION"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
SUBJECT = "Amazon SES Email Receipt Notification"


class MailRefused(RuntimeError):
    """The refusal that the SMTP client would get, code first."""


@dataclass(frozen=True)
class Received:
    """A mail that SES accepted: its id, and the recipients that it took and refused."""

    message_id: str
    accepted: list[str]
    refused: list[str]


class Inbound:
    """SES's receiving side in one world."""

    def __init__(
        self,
        cloud: Cloud,
        admits: Callable[..., bool],
        journal: Journal,
        complain: Callable[[str], None],
        count: Count,
    ) -> None:
        self._admits = admits
        self._count = count
        self._ses = cloud.client("ses")
        self._s3 = cloud.client("s3")
        self._sns = cloud.client("sns")
        self._clock = cloud.clock
        self._journal = journal
        self._complain = complain

    def receive(
        self, raw: bytes, source: str, recipients: list[str], verdicts: Verdicts
    ) -> Received:
        if len(raw) > MAXIMUM_MAIL:
            raise MailRefused("552 5.3.4 the message is larger than 40 MB")
        if not 0 < len(recipients) <= MAXIMUM_RECIPIENTS:
            raise MailRefused("452 4.5.3 between 1 and 100 recipients")
        message_id = new_message_id()
        accepted: list[str] = []
        jobs = []
        domains = verified_identities(self._ses)
        for rule_set, rule in self._active_rules():
            mine = [
                each
                for each in recipients
                if domain_of(each) in domains and matches(rule.get("Recipients", []), each)
            ]
            if mine:
                jobs.append((rule_set, rule, mine))
                accepted += [each for each in mine if each not in accepted]
        refused = [each for each in recipients if each not in accepted]
        if not accepted:
            raise MailRefused(f"550 5.1.1 no receipt rule takes {', '.join(refused)}")
        self._journal.received(
            message_id,
            raw,
            {
                "source": source,
                "recipients": accepted,
                "refused": refused,
                "verdicts": verdicts.receipt(),
            },
        )
        for rule_set, rule, mine in jobs:
            self._apply(rule_set, rule, raw, message_id, source, recipients, mine, verdicts)
        return Received(message_id, accepted, refused)

    def refusal(self, recipient: str) -> str | None:
        """The refusal of one recipient before the mail is there; None if a rule takes it."""
        if domain_of(recipient) not in verified_identities(self._ses):
            return f"550 5.1.1 the domain of {recipient} is not verified"
        if not any(
            matches(rule.get("Recipients", []), recipient) for _, rule in self._active_rules()
        ):
            return f"550 5.1.1 no receipt rule takes {recipient}"
        return None

    def send_setup_notifications(self) -> None:
        """SES tests the bucket and the topic when a rule is made."""
        for rule_set, rule in self._active_rules():
            self._apply(
                rule_set,
                rule,
                b"Delivered by SES when the rule was made.\r\n\r\n",
                SETUP,
                "no-reply@amazon.com",
                ["recipient@example.com"],
                ["recipient@example.com"],
                Verdicts(),
            )

    def _active_rules(self) -> list[tuple[str, dict[str, Any]]]:
        answer = self._ses.describe_active_receipt_rule_set()
        name = answer.get("Metadata", {}).get("Name", "")
        return [(name, rule) for rule in answer.get("Rules", []) if rule.get("Enabled")]

    def _apply(
        self,
        rule_set: str,
        rule: dict[str, Any],
        raw: bytes,
        message_id: str,
        source: str,
        destination: list[str],
        mine: list[str],
        verdicts: Verdicts,
    ) -> None:
        arn = rule_arn(REGION, rule_set, rule["Name"])
        if not rule.get("ScanEnabled"):
            verdicts = Verdicts(
                {"spam": "DISABLED", "virus": "DISABLED"} | verdicts.given, verdicts.dmarc_policy
            )
        for action in rule.get("Actions", []):
            if "S3Action" not in action:
                self._complain(f"the action {next(iter(action))} of {rule['Name']} is not emulated")
                continue
            target = action["S3Action"]
            is_done = self._store(target, arn, raw, message_id, source, destination, mine, verdicts)
            # QUIRK: AWS names the metrics and not their dimension; this is what its console shows.
            # https://docs.aws.amazon.com/ses/latest/dg/receiving-email-metrics.html
            name = "PublishSuccess" if is_done else "PublishFailure"
            self._count("AWS/SES", {"RuleName": rule["Name"]}, {name: 1})

    def _store(
        self,
        target: dict[str, Any],
        rule: str,
        raw: bytes,
        message_id: str,
        source: str,
        destination: list[str],
        mine: list[str],
        verdicts: Verdicts,
    ) -> bool:
        """Stores the mail and notifies the topic; returns whether both let the rule do that."""
        bucket, prefix = target["BucketName"], target.get("ObjectKeyPrefix", "")
        key = prefix + message_id
        arn = f"arn:aws:s3:::{bucket}/{key}"
        if not self._is_let(f"bucket {bucket}", "s3:PutObject", arn, rule):
            return False
        self._s3.put_object(Bucket=bucket, Key=key, Body=raw)
        topic = target.get("TopicArn")
        if not topic:
            return True
        if not self._is_let(f"topic {topic.rpartition(':')[2]}", "sns:Publish", topic, rule):
            return False
        action = {
            "type": "S3",
            "topicArn": topic,
            "bucketName": bucket,
            "objectKeyPrefix": prefix,
            "objectKey": key,
        }
        told = notification(
            raw, message_id, source, destination, mine, verdicts, action, self._clock()
        )
        message = json.dumps(told, ensure_ascii=False)
        self._sns.publish(TopicArn=topic, Subject=SUBJECT, Message=message)
        return True

    def _is_let(self, owner: str, action: str, resource: str, rule: str) -> bool:
        if self._admits(
            owner,
            action,
            resource,
            service="ses.amazonaws.com",
            context=ses_request(action, resource, rule).context,
        ):
            return True
        self._complain(f"the policy of {owner} does not let {rule} do {action} on {resource}")
        return False


def new_message_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(40))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def matches(conditions: list[str], address: str) -> bool:
    """Whether the condition matches: none matches all mail; else it is the address, its domain or,
    with a dot, a domain above it.
    """
    domain = domain_of(address)
    return not conditions or any(
        address.lower() == each.lower()
        or domain == each.lower()
        or (each.startswith(".") and domain.endswith(each.lower()))
        for each in conditions
    )

"""Parts of the end-to-end suite about the way in: its canary, its alarms, and what it may lose.

Each is played in a copy of what Terraform has deployed, with the real functions and the module's
own alarms, whose topic has a subscriber. The clock moves in steps.
"""

import json
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

from local_cloud.additions.schedule_moments import following
from local_cloud.demo.cases import RULES, TOGETHER
from local_cloud.demo.mails import Problems
from local_cloud.demo.secrets_search import log_lines, places_of
from local_cloud.deploy.seed import put_rule
from local_cloud.host.notification import Verdicts
from local_cloud.process.world import World
from local_cloud.tests.deployed import receive

CANARY_HOURS = 6
MAILBOX = "me@gmail.com"
WATCHED = {
    "canary_mailbox": MAILBOX,
    "enable_canary_alarm": True,
    "alarm_emails": ["somebody@example.net"],
    "digest": "weekly",
    "digest_mailbox": MAILBOX,
}
ROUTER = "ses-mail-router-enrichment-test"
INPUT = "ses-email-input-test"
CANARY_ALARM_HOURS = 2 * CANARY_HOURS + 4  # CloudWatch looks back further than an alarm's periods
OWN_METRICS = "SESMail/test"
MISSING = "ses-mail-canary-missing-test"
MAIL = b"From: ann@remote.example\r\nTo: support@example.com\r\nSubject: s\r\n\r\nx\r\n"
HOUR = 3600.0
WEEK_HOURS = 168
TRY_SECONDS = 181.0  # after which a message of the input queue is tried again
TRIES = 12


def advance(world: World, seconds: float) -> None:
    world.moto.ask("clock", {"advanceSeconds": seconds})
    assert world.wait_until_quiet()


def await_canary(world: World) -> None:
    """Waits until the first canary has been counted and its alarm has evaluated that."""
    assert world.wait_until_quiet()
    advance(world, 60)
    states = {each["name"]: each["state"] for each in world.moto.ask("alarms")["alarms"]}
    assert states[MISSING] == "OK"


def changes(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.moto.ask("alarms")["changes"]
    return found


def rung(world: World, before: int) -> set[str]:
    """The alarms that notified somebody, without the first changes."""
    return {
        each["alarm"].removesuffix("-test")
        for each in changes(world)[before:]
        if each["after"] == "ALARM" and each["told"]
    }


def differing(found: Any, wanted: Any) -> list[str]:
    return [] if found == wanted else [f"{found}, not {wanted}"]


def canary_secrets(world: World) -> tuple[str, str]:
    """The canary's address and token."""
    variables = world.runner.functions[ROUTER].config["Environment"]["Variables"]
    return variables["CANARY_ADDRESS"], variables["CANARY_TOKEN"]


def counted(world: World) -> dict[str, float]:
    """The totals of what the functions themselves have counted, by metric."""
    cloudwatch = world.cloud.client("cloudwatch")
    now = world.moto.clock.now()
    totals = {}
    for metric in cloudwatch.list_metrics(Namespace=OWN_METRICS)["Metrics"]:
        points = cloudwatch.get_metric_statistics(
            Namespace=OWN_METRICS,
            MetricName=metric["MetricName"],
            Dimensions=metric["Dimensions"],
            StartTime=now - HOUR,
            EndTime=now + HOUR,
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        totals[metric["MetricName"]] = sum(each["Sum"] for each in points)
    return totals


def labels(world: World) -> list[list[str]]:
    return [each.labels for each in world.mailbox.store.messages()]


def texts(world: World) -> Iterator[tuple[str, str]]:
    """Everything that operators read and tools keep."""
    yield from log_lines(world)
    yield "alarms", json.dumps(world.moto.ask("alarms"))
    described = world.cloud.client("cloudwatch").describe_alarms()
    yield "descriptions of alarms", json.dumps(described, default=str)
    for segment in list(world.xray.segments):
        yield f"X-Ray segment {segment.get('name', '')}", json.dumps(segment)


def play_canary(world: World, table: str) -> Problems:
    """The canary goes all the way into the trash, is counted once, and mentioned nowhere else."""
    await_canary(world)
    address, token = canary_secrets(world)
    (arrived,) = world.mailbox.store.messages()
    places, searched = places_of((address, token), texts(world))
    assert searched > 20
    found = [
        ("the mailbox", differing(arrived.mailbox, MAILBOX)),
        ("the trash", differing(arrived.labels, ["TRASH"])),
        ("the token in the mail", differing(token.encode() in arrived.raw, True)),
        ("what is counted", differing(counted(world), {"CanaryDelivered": 1.0})),
        ("where address and token are to be read", differing(places, [])),
    ]
    put_rule(world.cloud, table, RULES[2])
    header = f"X-Ses-Mail-Canary: {token}\r\n".encode()
    for title, head, dmarc, outcome in (
        ("a stranger's mail", b"", "PASS", "bounced"),
        ("a wrong token", header.replace(token.encode(), b"x" * len(token)), "PASS", "bounced"),
        ("the token in a forged mail", header, "FAIL", "suppressed"),
    ):
        seen = receive(world, head + TOGETHER[0].raw(), address, dmarc=dmarc)
        found.append((title, differing(seen, [outcome])))
    put_rule(world.cloud, table, RULES[0])
    both = receive(world, header + TOGETHER[0].raw(), address, "support@example.com")
    found.append(("the token in a mail to others too", differing(both, ["bounced", "imported"])))
    arrived_labels = sorted(labels(world))
    found.append(("the trash later", differing(arrived_labels, [["INBOX", "UNREAD"], ["TRASH"]])))
    found.append(("the canaries", differing(counted(world)["CanaryDelivered"], 1.0)))
    return found


def without_rule(world: World) -> None:
    ses = world.cloud.client("ses")
    active = ses.describe_active_receipt_rule_set()
    for rule in active["Rules"]:
        ses.delete_receipt_rule(RuleSetName=active["Metadata"]["Name"], RuleName=rule["Name"])


def without_active_set(world: World) -> None:
    world.cloud.client("ses").set_active_receipt_rule_set()


def without_pipe(world: World) -> None:
    world.cloud.client("pipes").delete_pipe(Name="ses-email-router-test")


def without_consent(world: World) -> None:
    world.mailbox.accounts.revoke(MAILBOX)


def without_queue_policy(world: World) -> None:
    sqs = world.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=INPUT)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})


def without_function(world: World) -> None:
    world.cloud.client("lambda").delete_function(FunctionName=ROUTER)


# What is taken away, and which alarms go off within an hour of the next mail, if there is one. The
# canary's alarm goes off later each time.
FAULTS: tuple[tuple[str, Callable[[World], None], set[str]], ...] = (
    ("receipt rule", without_rule, set()),
    ("active rule set", without_active_set, set()),
    ("pipe", without_pipe, {"ses-email-input-queue-age"}),
    ("consent", without_consent, {"ses-mail-gmail-token-invalid", "ses-gmail-forwarder-queue-age"}),
    (
        "queue policy",
        without_queue_policy,
        {"ses-mail-notifications-failed", "ses-email-input-dlq-messages"},
    ),
    (
        "function",
        without_function,
        {
            "eventbridge-pipes-failures",
            "ses-email-input-queue-age",
            "ses-email-input-dlq-messages",
        },
    ),
)


def without(take_away: Callable[[World], None], soon: set[str]) -> Callable[[World, str], Problems]:
    def play(world: World, table: str) -> Problems:
        put_rule(world.cloud, table, RULES[0])
        await_canary(world)
        before = len(changes(world))
        take_away(world)
        world.runner.deploy()
        if soon:
            send(world)
        for _ in range(TRIES):
            advance(world, TRY_SECONDS)
        found = [("soon", differing(rung(world, before), soon))]
        for _ in range(CANARY_ALARM_HOURS):
            advance(world, HOUR)
        later = soon | {MISSING.removesuffix("-test")}
        return [*found, ("later", differing(rung(world, before), later))]

    return play


def send(world: World) -> None:
    world.inbound.receive(MAIL, "ann@remote.example", ["support@example.com"], Verdicts())
    assert world.wait_until_quiet()


def play_week(world: World, table: str) -> Problems:
    """One mail each day, a canary every six hours, and no alarm."""
    put_rule(world.cloud, table, RULES[0])
    await_canary(world)
    before, first = len(changes(world)), len(labels(world))
    for hours in range(0, WEEK_HOURS, 3):
        advance(world, 3 * HOUR)
        if hours % 24 == 0:
            send(world)
    arrived = [" ".join(each) for each in labels(world)[first:]]
    return [
        ("alarms", differing(rung(world, before), set())),
        ("canaries", differing(arrived.count("TRASH"), WEEK_HOURS // CANARY_HOURS)),
        ("mails", differing(arrived.count("INBOX UNREAD"), WEEK_HOURS // 24)),
    ]


def seconds_to_monday(world: World) -> float:
    """The time to the next moment of the digest's schedule."""
    moment = following("cron(0 6 ? * MON *)", "UTC", world.moto.clock.now())
    assert moment is not None
    return moment - world.moto.clock.now() + 1


def digests(world: World) -> list[str]:
    """The texts of the digests in the mailbox."""
    messages = [message_from_bytes(each.raw) for each in world.mailbox.store.messages()]
    found = [each for each in messages if "digest@ses-mail.invalid" in str(each["From"])]
    bodies = [each.get_payload(decode=True) for each in found]
    return [each.decode().replace("\r\n", "\n") for each in bodies if isinstance(each, bytes)]


def await_digest(world: World) -> None:
    """Waits until the schedule's call has brought a digest and has ended."""
    end = time.monotonic() + 60
    while not digests(world) and time.monotonic() < end:
        world.journal.wait(world.journal.wait(-1, 0), 1.0)
    assert world.wait_until_quiet()


def play_digest(world: World, table: str) -> Problems:
    """The schedule brings a digest of what is held, once a day, in the name of its own roles."""
    put_rule(world.cloud, table, RULES[0])
    await_canary(world)
    # Without the canary nobody else refreshes the token.
    world.cloud.client("scheduler").delete_schedule(Name="ses-mail-canary-test")
    spam = Verdicts({"spam": "FAIL"})
    held, deleted = (
        world.inbound.receive(MAIL, "ann@remote.example", ["support@example.com"], spam).message_id
        for _ in range(2)
    )
    assert world.wait_until_quiet()
    bucket = world.runner.functions["ses-mail-digest-test"].config["Environment"]["Variables"]
    world.cloud.client("s3").delete_object(Bucket=bucket["EMAIL_BUCKET"], Key=f"emails/{deleted}")
    found = [("before its time", differing(digests(world), []))]
    advance(world, seconds_to_monday(world))
    await_digest(world)
    (text, *others) = digests(world) or [""]
    again = world.cloud.client("lambda").invoke(
        FunctionName="ses-mail-digest-test", Payload=b"{}", InvocationType="RequestResponse"
    )
    answer = json.loads(again["Payload"].read())
    lines = text.splitlines()
    return [
        *found,
        ("who wrote and what", differing(entry(lines, held)[-26:], "from ann@remote.example: s")),
        ("a deleted mail", differing(entry(lines, deleted)[-21:], ", not stored any more")),
        ("the command", differing("    ses-mail mail list --since " in text, True)),
        ("how many", differing((others, len(digests(world))), ([], 1))),
        ("the second call of the day", differing(answer["outcome"], "already-imported")),
    ]


def entry(lines: list[str], message_id: str) -> str:
    """The line about a mail; empty where there is none."""
    return next((each for each in lines if each.startswith(f"- {message_id}, ")), "")


PARTS_OF_THE_WAY_IN: dict[str, Callable[[World, str], Problems]] = {
    "canary": play_canary,
    **{f"without {name}": without(take_away, soon) for name, take_away, soon in FAULTS},
    "a week without a fault": play_week,
    "a digest": play_digest,
}

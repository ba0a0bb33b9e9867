"""What goes wrong rarely, and how an operator repairs it: dead letters, and the runbooks.

Three mails end in dead-letter queues. Then their causes are repaired, and the runbooks put them
back, as Systems Manager would run them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local_cloud.demo.cases import BOUNCE_ALL, ME, Case, Expected
from local_cloud.demo.judge import Sent, judge
from local_cloud.demo.mails import send, settle
from local_cloud.demo.runbooks import Runbooks
from local_cloud.demo.step import Step
from local_cloud.deploy.seed import Rule, put_rule
from local_cloud.mailbox.faults import Fault
from local_cloud.process.world import World

WAIT_SECONDS = 60.0
GONE = (Expected("bounced", rule="ROUTE#gone@example.org"),)
REFUSED = Case(
    "Gmail refuses, object gone", "refused.eml", "gina@remote.example", {"support@example.com": ME}
)
RETURNED = Case(
    "SES refuses",
    "returned.eml",
    "hugo@remote.example",
    {"gone@example.org": GONE},
    keeps_object=True,
)
VANISHED = Case(
    "headers cut, object gone",
    "cut-person.eml",
    "kim@remote.example",
    {"gone@example.org": GONE},
    comes_far=True,
)
PARTED = Case(
    "queues refuse",
    "parted.eml",
    "ida@remote.example",
    {"support@example.com": ME, "gone@example.org": GONE},
    keeps_object=True,
)
HANDLERS = ("gmail-forwarder", "bouncer")


class Mishaps:
    """The mishaps, played in one world."""

    def __init__(self, world: World, table: str) -> None:
        self._world, self._table = world, table
        self._environment = table.rpartition("-")[2]
        self._sent: list[Sent] = []
        self._runbooks = Runbooks(world)

    def live(self) -> list[Step]:
        put_rule(
            self._world.cloud,
            self._table,
            Rule("support@example.com", "forward-to-gmail", "me@gmail.com"),
        )
        put_rule(self._world.cloud, self._table, Rule("gone@example.org", "bounce", "", BOUNCE_ALL))
        plays = (self.refuse, self.silence, self.vanish, self.shut, self.mend)
        return [self._timed(each) for each in plays]

    def _timed(self, play: Callable[[], tuple[str, str, list[str]]]) -> Step:
        started = time.monotonic()
        title, seen, problems = play()
        return Step(title, time.monotonic() - started, seen, problems)

    def refuse(self) -> tuple[str, str, list[str]]:
        """Google refuses the mailbox once; before the next try somebody deletes the object."""
        self._world.mailbox.faults.add(Fault("status", "import", 403, "forbidden", "No"))
        sent = send(self._world, REFUSED)
        self._sent.append(sent)
        self._wait(lambda: any(each.get("tries") == 1 for each in self._outcomes(sent)))
        self._world.wait_until_quiet()
        problems = self._ledger_problems(sent)
        self._s3.delete_object(Bucket=self._bucket, Key=self._key(sent))
        problems += self._dead_letter_problems(sent)
        return REFUSED.title, "dead letter after 30 tries, nothing is marked as done", problems

    def silence(self) -> tuple[str, str, list[str]]:
        """The bounce sender's domain is no longer verified."""
        with self._unverified():
            sent = send(self._world, RETURNED)
            self._sent.append(sent)
            problems = self._dead_letter_problems(sent)
        problems += self._ledger_problems(sent)
        return RETURNED.title, "dead letter after three tries, nothing is marked as done", problems

    def vanish(self) -> tuple[str, str, list[str]]:
        """A report waits for its next try; meanwhile somebody deletes the only evidence."""
        with self._unverified():
            sent = send(self._world, VANISHED)
            self._wait(lambda: any(each.get("tries") == 1 for each in self._outcomes(sent)))
            self._world.wait_until_quiet()
            self._s3.delete_object(Bucket=self._bucket, Key=self._key(sent))
        settle(self._world, [sent])
        outcomes = [each["outcome"] for each in self._outcomes(sent)]
        problems = [] if outcomes == ["suppressed"] else [f"{outcomes}, should be suppressed"]
        return VANISHED.title, "without evidence nothing is sent", problems

    def shut(self) -> tuple[str, str, list[str]]:
        """The queues have lost their policies, so the bus delivers to the dead-letter queues."""
        sqs = self._world.cloud.client("sqs")
        policies = {}
        for name in HANDLERS:
            found = sqs.get_queue_attributes(QueueUrl=self._url(name), AttributeNames=["Policy"])
            policies[name] = found["Attributes"]["Policy"]
            sqs.set_queue_attributes(QueueUrl=self._url(name), Attributes={"Policy": ""})
        with self._deliberate(PARTED.title):
            sent = send(self._world, PARTED)
            self._sent.append(sent)
            problems = self._dead_letter_problems(sent)
        for name, policy in policies.items():
            sqs.set_queue_attributes(QueueUrl=self._url(name), Attributes={"Policy": policy})
        return PARTED.title, "the bus has put both events into the dead-letter queues", problems

    def mend(self) -> tuple[str, str, list[str]]:
        health = f"SESMail-Queue-HealthCheck-{self._environment}"
        before = self._runbooks.run(health)
        problems = []
        if before["status"] != ["UNHEALTHY"] or len(before["problems"]) != len(HANDLERS):
            problems.append(f"the health check says {before['status']}: {before['problems']}")
        self._restore(self._sent[0])
        wanted = (("gmail-forwarder", "1"), ("gmail-forwarder", "0"), ("bouncer", "0"))
        moved = [self._redrive(name, most) for name, most in wanted]
        if moved != [1, 1, 2]:
            problems.append(f"the redrives have moved {moved}")
        settle(self._world, self._sent)
        mails = {mail["messageId"]: mail for mail in self._world.status()}
        for sent in self._sent:
            problems += judge(self._world, sent, mails[sent.message_id])
        after = self._runbooks.run(health)
        if after["status"] != ["HEALTHY"]:
            problems.append(f"the health check still says {after['problems']}")
        return "runbooks", "unhealthy; 4 dead letters redriven and delivered; healthy", problems

    def _redrive(self, name: str, most: str) -> int:
        outputs = self._runbooks.run(
            f"SESMail-DLQ-Redrive-{self._environment}",
            DLQUrl=self._url(f"{name}-dlq"),
            SourceQueueUrl=self._url(name),
            MaxMessages=most,
            VelocityPerSecond="500",
        )
        return int(outputs["moved"][0])

    def _dead_letter_problems(self, sent: Sent) -> list[str]:
        settle(self._world, [sent])
        return [
            f"{each['recipient']} {each['outcome']} ({each['detail']}), should be dead-letter"
            for each in self._outcomes(sent)
            if each["outcome"] != "dead-letter"
        ]

    def _outcomes(self, sent: Sent) -> list[dict[str, Any]]:
        for mail in self._world.status():
            if mail["messageId"] == sent.message_id:
                found: list[dict[str, Any]] = mail["recipients"]
                return found
        return []

    def _wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not condition() and time.monotonic() < end:
            self._world.journal.wait(self._world.journal.wait(-1, 0), 1.0)

    @contextmanager
    def _unverified(self) -> Iterator[None]:
        ses = self._world.cloud.client("ses")
        ses.delete_identity(Identity="example.com")
        try:
            yield
        finally:
            ses.verify_domain_identity(Domain="example.com")

    @contextmanager
    def _deliberate(self, name: str) -> Iterator[None]:
        self._world.moto.ask("deliberate", {"test": name})
        try:
            yield
        finally:
            self._world.moto.ask("deliberate", {"test": None})

    def _ledger_problems(self, sent: Sent) -> list[str]:
        """A claim stays until it expires; what did not happen must not be marked as done."""
        rows = self._world.cloud.client("dynamodb").query(
            TableName=self._table,
            KeyConditionExpression="PK = :mail",
            ExpressionAttributeValues={":mail": {"S": f"MAIL#{sent.message_id}"}},
        )["Items"]
        return [
            f"the ledger has {row['SK']['S']} {row['state']['S']}"
            for row in rows
            if row["state"]["S"] != "claimed"
        ]

    def _restore(self, sent: Sent) -> None:
        """In a bucket with versions a deleted object is under a marker."""
        for marker in self._s3.list_object_versions(Bucket=self._bucket, Prefix=self._key(sent))[
            "DeleteMarkers"
        ]:
            self._s3.delete_object(
                Bucket=self._bucket, Key=marker["Key"], VersionId=marker["VersionId"]
            )

    @property
    def _s3(self) -> Any:
        return self._world.cloud.client("s3")

    @property
    def _bucket(self) -> str:
        names = [each["Name"] for each in self._s3.list_buckets()["Buckets"]]
        return str(next(name for name in names if name.startswith("ses-mail-storage-")))

    def _key(self, sent: Sent) -> str:
        return f"emails/{sent.message_id}"

    def _url(self, name: str) -> str:
        sqs = self._world.cloud.client("sqs")
        answer = sqs.get_queue_url(QueueName=f"ses-{name}-{self._environment}")
        return str(answer["QueueUrl"])

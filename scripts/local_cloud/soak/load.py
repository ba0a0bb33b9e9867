"""How the pipeline and the operator's commands bear load: a full table, long queues.

Everything is measured in one world, without faults. Nothing is asserted about time.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from local_cloud.demo.operator import Operator
from local_cloud.deploy.seed import routing_table
from local_cloud.process.up import Options, handle_signals, running, say
from local_cloud.process.world import World
from local_cloud.soak.alone import move_all, read_all
from local_cloud.soak.mails import Mail
from local_cloud.soak.report import quantiles, seconds_by_stage
from local_cloud.soak.rules import ME
from local_cloud.soak.run import Soak

COPIES = 20  # of each mail's event among the dead letters
AT_ONCE = 25  # rows in one BatchWriteItem
BATCH = 10  # messages in one SendMessageBatch
COMMAND_SECONDS = 900.0
SCANNING = ("doctor", "rules list", "rules lint")  # commands that read the whole table
FORWARDER, RECIPIENT = "gmail-forwarder", "support@example.com"


@dataclass(frozen=True)
class Sizes:
    """How much of everything there is."""

    mails: int = 200  # in one wave
    ledger_rows: int = 100_000
    rules: int = 10_000
    dead_letters: int = 1000
    letters_of_stub: int = 5000

    def times(self, share: float) -> "Sizes":
        return Sizes(*(max(COPIES, int(each * share)) for each in astuple(self)))


@dataclass
class Load:
    """The measurements of one world."""

    soak: Soak
    sizes: Sizes
    _number: int = 0

    @property
    def world(self) -> World:
        return self.soak.world

    def measure(self) -> None:
        self.tell(move_all(self.sizes.letters_of_stub))
        self.tell(read_all(self.sizes.ledger_rows, self.sizes.rules))
        self.soak.prepare()
        self.wave("an empty table")
        self.fill()
        self.wave(f"{self.sizes.ledger_rows:,} ledger rows and {self.sizes.rules:,} rules")
        mails = self.dead_letters()
        reading = (f"trace {mails[0]}", "queues status", "queues peek gmail-forwarder", "mail list")
        self.commands(f"with {self.sizes.dead_letters:,} dead letters", *reading)
        self.redrive(mails)
        self.commands("with a full table", "rules explain person-7@example.com", *SCANNING)

    def begin(self, what: str) -> None:
        """Says what comes next, unless the run is to end."""
        if self.world.stopped.is_set():
            raise RuntimeError("stopped")
        say(what)

    def tell(self, *lines: str) -> None:
        print("\n".join(lines), flush=True)

    def wave(self, title: str) -> None:
        """Sends mails as fast as they are taken, and waits for their end."""
        self.begin(f"{self.sizes.mails} mails with {title}")
        earlier = len(self.world.journal.mails())
        before = self.cpu_seconds()
        started = time.monotonic()
        for _ in range(self.sizes.mails):
            self.send()
        accepted = time.monotonic() - started
        self.soak.settle()
        whole = time.monotonic() - started
        self.tell(
            f"**{self.sizes.mails} mails, {title}**: accepted in {accepted:.1f} s,"
            f" all imported after {whole:.1f} s: {self.sizes.mails / whole:.1f} mails a second."
        )
        used = {name: each - before[name] for name, each in self.cpu_seconds().items()}
        shares = [f"{name} {each:.1f} s" for name, each in used.items()]
        self.tell(f"CPU: {', '.join(shares)}.\n")
        self.tell(
            *table(
                ("stage", "times", "median", "95 %", "longest"),
                [
                    (
                        name,
                        str(len(values)),
                        *(f"{each * 1000:.0f} ms" for each in quantiles(values)),
                    )
                    for name, values in seconds_by_stage(
                        self.world.journal.mails()[earlier:]
                    ).items()
                ],
            )
        )

    def cpu_seconds(self) -> dict[str, float]:
        """The CPU time so far of the emulated AWS, of what runs beside it, and of the functions."""
        functions = [p for each in self.world.runner.functions.values() for p in each.process_ids()]
        return {
            "the emulated AWS": cpu_seconds(self.world.moto.process_id),
            "the host and the emulated Google": time.process_time(),
            "the functions": sum(map(cpu_seconds, functions)),
        }

    def send(self) -> str:
        mail = Mail(self._number, "load", (RECIPIENT,), f"load-{self._number}@remote.example")
        self._number += 1
        received = self.world.inbound.receive(
            mail.raw(), mail.sender, list(mail.recipients), mail.ses_verdicts
        )
        return received.message_id

    def fill(self) -> None:
        self.begin(f"writing {self.sizes.ledger_rows:,} ledger rows and {self.sizes.rules:,} rules")
        ledger = (
            {
                "PK": {"S": f"MAIL#{number:040d}"},
                "SK": {"S": f"GMAIL#{ME}"},
                "state": {"S": "done"},
                "expires_at": {"N": "4000000000"},
            }
            for number in range(self.sizes.ledger_rows)
        )
        rules = (
            {
                "PK": {"S": f"ROUTE#person-{number}@example.com"},
                "SK": {"S": "RULE#v1"},
                "action": {"S": "forward-to-gmail"},
                "target": {"S": ME},
                "enabled": {"BOOL": True},
            }
            for number in range(self.sizes.rules)
        )
        rows = [*ledger, *rules]
        dynamodb = self.world.cloud.client("dynamodb")
        started = time.monotonic()
        for start in range(0, len(rows), AT_ONCE):
            puts = [{"PutRequest": {"Item": each}} for each in rows[start : start + AT_ONCE]]
            dynamodb.batch_write_item(RequestItems={self.soak.table: puts})
        say(f"written in {time.monotonic() - started:.0f} s")

    def dead_letters(self) -> list[str]:
        """Mails whose events the bus put into the dead-letter queue, each there many times."""
        self.begin(f"making {self.sizes.dead_letters} dead letters")
        sqs = self.world.cloud.client("sqs")
        environment = self.soak.table.rpartition("-")[2]
        queue, dead = (
            sqs.get_queue_url(QueueName=f"ses-{FORWARDER}{end}-{environment}")["QueueUrl"]
            for end in ("", "-dlq")
        )
        policy = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})
        mails = [self.send() for _ in range(self.sizes.dead_letters // COPIES)]
        self.soak.settle()
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=policy)
        (found,) = (
            q["messages"] for q in self.world.moto.ask("queues") if f"{FORWARDER}-dlq" in q["name"]
        )
        bodies = [each["body"] for each in found] * (COPIES - 1)
        for start in range(0, len(bodies), BATCH):
            entries = [
                {"Id": str(index), "MessageBody": body}
                for index, body in enumerate(bodies[start : start + BATCH])
            ]
            sqs.send_message_batch(QueueUrl=dead, Entries=entries)
        return mails

    def commands(self, title: str, *every: str) -> None:
        """Times commands of the operator."""
        self.begin(f"commands {title}")
        rows = [self.timed(command) for command in every]
        self.tell(f"**The operator's commands, {title}**\n")
        self.tell(*table(("`ses-mail`", "took", "lines", "exit status"), rows))

    def timed(self, command: str) -> tuple[str, str, str, str]:
        operator = Operator(self.world, self.soak.table, COMMAND_SECONDS)
        started = time.monotonic()
        printed, problems = operator.run(*command.split())
        took = time.monotonic() - started
        status = problems[0].partition("ended with ")[2].partition(":")[0] if problems else "0"
        name = command if "trace" not in command else "trace ID"
        return f"`{name}`", f"{took:.2f} s", str(len(printed.splitlines())), status

    def redrive(self, mails: list[str]) -> None:
        """Each mail is delivered many times, and must be imported once."""
        self.begin(f"redriving {self.sizes.dead_letters} dead letters")
        moved = self.timed(f"queues redrive {FORWARDER} --yes")
        started = time.monotonic()
        self.soak.settle()
        imports = [each.imports for each in self.world.mailbox.store.messages(ME)[-len(mails) :]]
        handled = time.monotonic() - started
        if imports != [1] * len(mails):
            self.soak.problems.append(f"{len(mails)} mails were imported {imports} times")
        self.tell(
            f"**{self.sizes.dead_letters:,} dead letters redriven**: moved in {moved[1]}"
            f" (exit status {moved[3]}), handled {handled:.1f} s later:"
            f" {len(mails)} mails, each {COPIES} times in the queue, were imported"
            f" {sum(imports)} times.\n"
        )


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A table of Markdown, its first column on the left."""
    lines = [f"| {' | '.join(cells)} |" for cells in (titles, *rows)]
    return [lines[0], "|---|" + "---:|" * (len(titles) - 1), *lines[1:], ""]


def load(options: Options, sizes: Sizes) -> int:
    with running(options) as world:
        handle_signals(world.stopped)
        name = routing_table(world.runner.functions)
        if name is None:
            raise RuntimeError("no deployed function names the routing table")
        measured = Load(Soak(world, name, 0, 0), sizes)
        measured.measure()
        for problem in [*measured.soak.problems, *world.complaints]:
            say(problem)
    return 1 if measured.soak.problems else 0

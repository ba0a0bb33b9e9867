"""A soak: mails sent while the plan is carried out, dead letters redriven, each mail judged."""

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from local_cloud.demo.mails import skip_wait
from local_cloud.demo.operator import Operator
from local_cloud.deploy.seed import parameter_suffix, put_token, routing_table, token_parameter
from local_cloud.mailbox.faults import Fault
from local_cloud.process.up import Options, handle_signals, running, say
from local_cloud.process.world import World
from local_cloud.soak import report
from local_cloud.soak.account import Account, account
from local_cloud.soak.mails import MALFORMED, Mail, mails
from local_cloud.soak.oracle import expected, fallback
from local_cloud.soak.plan import large_at, plan
from local_cloud.soak.rules import INVOICES, MAILBOXES, ME, rows
from local_cloud.soak.seen import Seen
from local_cloud.soak.strikes import Strikes

RETRIES = 4  # moves of the clock
SETTLE_SECONDS = 900.0
LOOK_SECONDS = 1.0
QUEUES = ("input", "gmail-forwarder", "bouncer")


@dataclass
class Soak:
    """A soak in one world."""

    world: World
    table: str
    seed: int
    count: int
    sent: dict[str, Mail] = field(default_factory=dict)  # by SES's id
    problems: list[str] = field(default_factory=list)  # of the run, not of a mail

    def prepare(self) -> None:
        """Rules, tokens and a label, as an operator would have made them."""
        dynamodb, world = self.world.cloud.client("dynamodb"), self.world
        for row in rows():
            dynamodb.put_item(TableName=self.table, Item=row)
        parameter = token_parameter(world.runner.functions)
        for mailbox in MAILBOXES:
            if world.mailbox.accounts.get(mailbox) is None:
                file = world.mailbox.accounts.add(mailbox).token_file()
                put_token(world.cloud, f"{parameter}/{parameter_suffix(mailbox)}", file)
        assert world.mailbox.labels.make(ME, "Invoices") == INVOICES
        refused = Fault("refuse", "any", 400, "invalidArgument", "Invalid header", header=MALFORMED)
        world.mailbox.faults.add(refused)

    def play(self) -> Strikes:
        """Sends the mails while things go wrong."""
        spells = plan(self.seed, self.count)
        strikes = Strikes(self.world, spells)
        for mail in mails(self.seed, self.count, large_at(spells)):
            if self.world.stopped.is_set():
                raise RuntimeError(f"stopped after {mail.number} mails")
            strikes.reach(mail.number)
            received = self.world.inbound.receive(
                mail.raw(), mail.sender, list(mail.recipients), mail.ses_verdicts
            )
            self.sent[received.message_id] = mail
            if mail.number % self.batch == self.batch - 1:
                say(f"{mail.number + 1} mails sent")
                self._pass_time(strikes.refused())
        strikes.end()
        return strikes

    @property
    def batch(self) -> int:
        """The mails between two moves of the clock."""
        return min(max(2, self.count // 50), 20)

    def _pass_time(self, refused: set[str]) -> None:
        """Moves the clock to the next retry; while services refuse connections, to all the retries
        after which a report is a dead letter.

        It stands still while the table refuses: after three tries the fallback decides, and the
        rules would decide nothing.
        """
        for _ in range(0 if "dynamodb" in refused else RETRIES if refused else 1):
            if self.world.wait_until_quiet():
                skip_wait(self.world)

    def settle(self) -> None:
        """Waits until no queue but dead-letter queues has a message; moves the clock to retries."""
        end = time.monotonic() + SETTLE_SECONDS
        left: dict[str, int] = {}
        while time.monotonic() < end and not self.world.stopped.is_set():
            version = self.world.journal.wait(-1, 0)
            if not self.world.wait_until_quiet():  # the clock is never moved under a function
                continue
            left = self._counted(are_dead=False)
            if not any(left.values()):
                return
            skip_wait(self.world)
            self.world.journal.wait(version, LOOK_SECONDS)
        found = [f"{name} still has {count} messages" for name, count in left.items() if count]
        self.problems += found or ["the functions did not come to an end"]

    def redrive(self) -> dict[str, int]:
        """Moves dead letters back once, as an operator would; returns how many there were."""
        operator = Operator(self.world, self.table)
        found = self._counted(are_dead=True)
        for queue in QUEUES:
            if any(count for name, count in found.items() if queue in name):
                say(f"ses-mail queues redrive {queue}")
                self.problems += operator.run("queues", "redrive", queue, "--yes")[1]
        self.settle()
        return {name: count for name, count in found.items() if count}

    def accounts(self) -> list[Account]:
        seen = Seen.of(self.world, self.table)
        now = datetime.fromtimestamp(self.world.cloud.clock(), UTC)
        return [
            account(
                mail,
                message_id,
                fallback(mail) if seen.is_fallback(message_id) else expected(mail, now),
                seen,
            )
            for message_id, mail in self.sent.items()
        ]

    def _counted(self, are_dead: bool) -> dict[str, int]:
        """The number of messages in each queue, or in each dead-letter queue."""
        return {
            each["name"]: len(each["messages"])
            for each in self.world.moto.ask("queues")
            if bool(each["deadLetterQueueOf"]) == are_dead
        }


def soak(options: Options, seed: int, count: int) -> int:
    variables = {"lookup_failed_action": "store"}  # as environments/prod has it
    with running(replace(options, variables=variables)) as world:
        handle_signals(world.stopped)
        table = routing_table(world.runner.functions)
        if table is None:
            raise RuntimeError("no deployed function names the routing table")
        made = Soak(world, table, seed, count)
        made.prepare()
        started = time.monotonic()
        strikes = made.play()
        sent_at = time.monotonic()
        made.settle()
        redriven = made.redrive()
        accounts = made.accounts()
        report.show(made, strikes, redriven, accounts)
        say(f"{sent_at - started:.0f} s to send, {time.monotonic() - started:.0f} s in all")
        is_good = not made.problems and not any(each.problems for each in accounts)
    return 0 if is_good else 1

"""The commands of the manuals, typed as they are there into the shell of an operator.

The shell's world is a copy of what Terraform has deployed. What a reader has to fill in is filled
in, `prod` is `test`, and whatever is asked is answered with yes.
"""

import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import termios
import threading
from itertools import zip_longest
from pathlib import Path

from local_cloud import ACCOUNT, ADMINISTRATOR_KEY, ADMINISTRATOR_SECRET, REGION, ROOT
from local_cloud.demo.cases import MY, RULES, SPAM
from local_cloud.demo.judge import Sent
from local_cloud.demo.mails import Problems, settle
from local_cloud.demo.operator import Operator
from local_cloud.deploy.seed import parameter_suffix, put_rule, token_parameter
from local_cloud.host.notification import Verdicts, notification
from local_cloud.process.world import World
from local_cloud.tests.manuals import PAGES, commands

SECONDS = 300.0  # that the commands of a page may take together
ANSWERS = 100  # more than a page asks questions
MARK = "\x1e"  # before what each command says
FINDINGS = 2  # the status of a command that judges, where something is to be done
JUDGES = re.compile(
    "ses-mail (alarms|doctor|gmail status|queues status|reports|rules lint|rules list"
    "|smtp reconcile|test)"
)
HELD = b"X-SES-Spam-Verdict: FAIL\r\n" + SPAM.raw()  # as SES stores it
# Whom the manuals have mail for.
RECIPIENTS = ("support@example.com", "anything@example.com", "info@example.com")
VERSION = (
    '$(aws s3api list-object-versions --bucket "$BUCKET" --output text'
    " --prefix emails/THE-SES-ID --query '{}[0].VersionId')"
)
IDENTIFIER = re.compile(r"\bTHE-(SES-)?ID\b")
FILLED_IN = (
    (r"\bprod\b", "test"),
    (r"\btry\.example\.com\b|\bexample\.net\b", "example.com"),
    (r"\bADDRESS\b", RECIPIENTS[0]),
    (r"\bsmtp delete NAME\b", "smtp delete john.doe"),
    # What is brought back was deleted before.
    (r"^KEY=.*", r'\g<0> && aws s3api delete-object --bucket "$BUCKET" --key "$KEY"'),
    (r"\bTHE-MARKERS-ID\b", VERSION.format("DeleteMarkers")),
    (r"\bTHE-VERSION\b", VERSION.format("Versions")),
)
# The AWS CLI of an administrator. Its version 1 ignores AWS_REGION, and for SQS AWS_ENDPOINT_URL.
AWS = f"""#!/bin/sh
export AWS_ACCESS_KEY_ID={ADMINISTRATOR_KEY} AWS_SECRET_ACCESS_KEY={ADMINISTRATOR_SECRET}
export AWS_DEFAULT_REGION={REGION}
exec {Path(sys.executable).parent}/aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
"""
# What is not typed, by what it begins with, and what shows that it works, or why nothing here can.
NOT_TYPED = {
    "make": "make ci runs these targets, or what they run",
    "swift test": "make ci runs it",
    "RECORD_SNAPSHOTS=1": "changes the sources",
    "SES_MAIL_TEST_DATA=": "make ci runs it",
    "scripts/": "make ci runs them",
    "AWS_ACCESS_KEY_ID=testing": "asks the world of make local",
    "ses-mail init": "test_init.py runs it",
    "ses-mail gmail authorize": "needs a person's consent in a browser; GmailWorldTests runs it",
    "ses-mail doctor --fix": "changes the account for good; DoctorCommandTests runs it",
    "aws xray": "changes the account for good; test_account_settings.py runs it",
    "aws resource-groups": "changes the account for good; test_account_settings.py runs it",
    "ses-mail rules diff": "needs two environments; RuleLifeTests runs it",
    "terraform": "needs the state in AWS",
    "cd terraform": "needs the state in AWS",
    "for kind in": "needs the state in AWS",
    'aws s3api list-object-versions --bucket "terraform-state': "needs the state in AWS",
    'aws s3api get-object --bucket "terraform-state': "needs the state in AWS",
    "aws iam put-role-policy": "needs an output of the state in AWS",
    "ses-mail dns check": "needs an output of the state in AWS; DNSWorldTests runs it",
    "aws route53": "needs a hosted zone",
    "dig": "needs the internet's name servers",
    "git checkout": "is for the reader's own checkout",
    "rm client_secret.json": "is for the reader's own file",
    "export": "is for the reader's own environment",
    "ENV=": "is for the reader's own environment",
    "BUCKET=": "is for the reader's own environment",
}


def is_typed(command: str) -> bool:
    return not command.startswith(tuple(NOT_TYPED))


def play_manuals(world: World, table: str) -> Problems:
    """Types the commands of each page; those that remove a deployment last."""
    pages = sorted(PAGES, key=lambda page: page.name == "remove.md")
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(world, table, Path(folder))
        return [found for page in pages for found in shell.type(page)]


class Shell:
    """An operator's shell, with the files that the manuals speak of."""

    def __init__(self, world: World, table: str, folder: Path) -> None:
        self._world, self._table, self._folder = world, table, folder
        environment = table.rpartition("-")[2]
        tools = folder / "bin"
        tools.mkdir()
        self._variables = {
            **Operator(world, table).environment,
            **world.mailbox.addresses,
            **world.smtp.endpoints(),
            "PATH": f"{tools}:{ROOT / 'scripts'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_CA_BUNDLE": str(world.moto.authority.certificate),
            "AWS_PAGER": "",
            "EDITOR": "true",
            "ENV": environment,
            "ACCOUNT": ACCOUNT,
            "BUCKET": f"ses-mail-storage-{ACCOUNT}-{environment}",
        }
        (tools / "aws").write_text(AWS)
        (tools / "aws").chmod(0o755)

    def type(self, page: Path) -> Problems:
        """Types the commands of a page, one after the other; what is wrong, by command."""
        folder = self._folder / page.relative_to(ROOT).as_posix().replace("/", ".")
        typed = [each for each in commands(page.read_text()) if is_typed(each)]
        if not typed:
            return []
        self._lay_out(folder)
        typed = [self._filled_in(each) for each in typed]
        found = []
        # Where the shell dies, the rest has neither status nor words.
        for command, status, words in zip_longest(typed, *self._answers(typed, folder)):
            allowed = (0, FINDINGS) if JUDGES.search(command) else (0,)
            problem = f"ended with {status}: {(words or '')[-500:]}"
            found.append((f"{page.name}: {command}", [] if status in allowed else [problem]))
        return found

    def _lay_out(self, folder: Path) -> None:
        """The files that a page reads, and the rules and the mail that it speaks of."""
        folder.mkdir()
        for rule in RULES:
            put_rule(self._world.cloud, self._table, rule)
        held = [self._hold(each) for each in RECIPIENTS]
        parameter = token_parameter(self._world.runner.functions)
        token = self._world.cloud.client("ssm").get_parameter(
            Name=f"{parameter}/{parameter_suffix(MY)}", WithDecryption=True
        )["Parameter"]["Value"]
        to = list(SPAM.expected)
        body = notification(HELD, held[0], SPAM.sender, to, to, Verdicts(), {"type": "S3"}, 0.0)
        records = [{"messageId": "1", "body": json.dumps(body)}]
        rules = [{"recipient": "spare@example.com", "action": "store"}]
        for name, text in (
            ("token.json", token),
            ("mail.eml", HELD.decode()),
            ("records.json", json.dumps(records)),
            ("rules.json", json.dumps(rules)),
            ("aliases.csv", "alias,note,enabled,mailboxes\na@example.com,,True,me@gmail.com\n"),
        ):
            (folder / name).write_text(text)

    def _hold(self, recipient: str) -> str:
        """Sends a mail that is held."""
        received = self._world.inbound.receive(
            HELD, SPAM.sender, [recipient], Verdicts(SPAM.verdicts)
        )
        settle(self._world, [Sent(SPAM, received.message_id)])
        return received.message_id

    def _filled_in(self, command: str) -> str:
        """The command with what its reader fills in; each has a mail of its own."""
        for pattern, text in FILLED_IN:
            command = re.sub(pattern, text, command)
        if not IDENTIFIER.search(command):
            return command
        return IDENTIFIER.sub(self._hold(RECIPIENTS[0]), command)

    def _answers(self, typed: list[str], folder: Path) -> tuple[list[int], list[str]]:
        """The status of each command, and what it said on the terminal."""
        statuses = folder / "statuses"
        statuses.write_text("")
        script = "set -o pipefail\n" + "".join(
            f"printf '{MARK}' >&2\n{each}\necho $? >>{statuses}\n" for each in typed
        )
        said = at_terminal(["bash", "-c", script], folder, self._variables)
        return [int(each) for each in statuses.read_text().split()], said.split(MARK)[1:]


def at_terminal(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    """Runs a command at a terminal where everything is answered with yes; what it says there."""
    master, slave = pty.openpty()
    attributes = termios.tcgetattr(slave)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    os.write(master, b"y\n" * ANSWERS)
    running = subprocess.Popen(
        command, cwd=folder, env=variables, stdin=slave, stdout=subprocess.DEVNULL, stderr=slave
    )
    os.close(slave)
    timer = threading.Timer(SECONDS, running.kill)
    timer.start()
    said = b""
    try:
        while part := os.read(master, 65536):
            said += part
    except OSError:  # Linux says so when nobody has the terminal open any longer
        pass
    running.wait()
    timer.cancel()
    os.close(master)
    return said.decode(errors="replace")

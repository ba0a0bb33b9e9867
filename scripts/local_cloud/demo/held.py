"""Mail that is held: the operator finds it, and gets it out."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud.demo.cases import MY, REFUSED, RULES, SPAM, Case
from local_cloud.demo.judge import Sent, judge
from local_cloud.demo.mails import send, settle
from local_cloud.demo.operator import Operator
from local_cloud.demo.step import Step
from local_cloud.deploy.seed import put_rule
from local_cloud.process.world import World

Seen = tuple[str, str, list[str]]  # title, finding, problems


class HeldMail:
    """Mail in the bucket of one world."""

    def __init__(self, world: World, table: str) -> None:
        self._world, self._table = world, table
        self._operator = Operator(world, table)

    def live(self) -> list[Step]:
        put_rule(self._world.cloud, self._table, RULES[0])
        return [self._timed(each) for each in (self.release, self.save)]

    def _timed(self, play: Callable[[], Seen]) -> Step:
        started = time.monotonic()
        title, seen, problems = play()
        return Step(title, time.monotonic() - started, seen, problems)

    def release(self) -> Seen:
        """Spam is in Gmail's Spam and in the bucket; its owner wants it."""
        sent, problems = self._sent(SPAM)
        listed = self._listed(sent, problems)
        if listed.get("reasons") != ["spam"] or listed.get("is_released"):
            problems.append(f"mail list --junk says {listed}")
        problems += self._operator.run("mail", "release", sent.message_id, "--yes")[1]
        self._world.wait_until_quiet()
        arrived = [m for m in self._world.mailbox.store.messages(MY) if m.raw == SPAM.raw()]
        labels = [each.labels for each in arrived]
        if labels != [["INBOX", "UNREAD"]]:
            problems.append(f"what was released has the labels {labels}")
        if not self._listed(sent, problems).get("is_released"):
            problems.append("mail list --junk does not say that it was released")
        return "mail list, release", f"{SPAM.title}: listed, and released into the inbox", problems

    def _listed(self, sent: Sent, problems: list[str]) -> dict[str, Any]:
        """The mail among the junk that is listed."""
        text, failed = self._operator.run("mail", "list", "--junk", "--json")
        problems += failed
        rows: list[dict[str, Any]] = json.loads(text or "[]")
        return next((each for each in rows if each["message_id"] == sent.message_id), {})

    def save(self) -> Seen:
        """Gmail refuses a mail for good; its mailbox has a notice, which says how to get it."""
        sent, problems = self._sent(REFUSED)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "saved.eml"
            problems += self._operator.run("mail", "save", sent.message_id, str(file))[1]
            if not problems and file.read_bytes() != REFUSED.raw():
                problems.append("the saved bytes are not those that were sent")
        return "mail save", f"{REFUSED.title}: the very bytes that were sent", problems

    def _sent(self, case: Case) -> tuple[Sent, list[str]]:
        """The mail, once it has come to its end, and what was wrong with that."""
        sent = send(self._world, case)
        settle(self._world, [sent])
        mails = {each["messageId"]: each for each in self._world.status()}
        return sent, judge(self._world, sent, mails[sent.message_id])

"""The operator's commands alone, against a stub of AWS that answers at once."""

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from local_cloud import ROOT
from local_cloud.connection.addresses import LOOPBACK, listen
from local_cloud.connection.exchange import Answer, Asked
from local_cloud.connection.loopback import LoopbackServer

BATCH = 10


class Letters:
    """SQS with dead letters, and a count of what became of each."""

    def __init__(self, count: int) -> None:
        self._left = list(range(count))
        self.count = count
        self.calls: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Answer:
        operation = (asked.headers.get("X-Amz-Target") or "").partition(".")[2]
        self.calls[operation] += 1
        given = asked.json()
        match operation:
            case "GetQueueUrl":
                return Answer.of_json({"QueueUrl": f"https://sqs/1/{given['QueueName']}"})
            case "GetQueueAttributes":
                return Answer.of_json({"Attributes": self._attributes()})
            case "ReceiveMessage":
                taken, self._left = self._left[:BATCH], self._left[BATCH:]
                return Answer.of_json({"Messages": [message(each) for each in taken]})
            case "SendMessage":
                self.sent[given["MessageBody"]] += 1
            case "DeleteMessage":
                self.deleted[given["ReceiptHandle"]] += 1
        if not operation:  # SSM, which has no parameter of this name
            return Answer.of_json({"__type": "ParameterNotFound"}, 400)
        return Answer.of_json({"MessageId": "x"})

    def _attributes(self) -> dict[str, str]:
        hidden = {f"ApproximateNumberOfMessages{each}": "0" for each in ("NotVisible", "Delayed")}
        return {"QueueArn": "arn:q", "ApproximateNumberOfMessages": str(len(self._left)), **hidden}


def message(number: int) -> dict[str, Any]:
    return {"MessageId": f"m{number}", "ReceiptHandle": f"h{number}", "Body": f"letter {number}"}


def move_all(count: int) -> str:
    """Moves all dead letters one by one; says how long it took, and that each moved once."""
    stub = Letters(count)
    answered, took = timed(
        stub, "queues", "redrive", "gmail-forwarder", "--max", str(count), "--yes", "--json"
    )
    if answered["moved"] != count:
        raise RuntimeError(f"{answered['moved']} of {count} were moved")
    for what, times in (("sent", stub.sent), ("deleted", stub.deleted)):
        if len(times) != count or set(times.values()) != {1}:
            raise RuntimeError(f"{len(times)} of {count} were {what}, some of them more than once")
    return (
        f"**{count:,} dead letters against a stub, one by one**: moved in {took:.1f} s"
        f" ({count / took:.0f} a second, {sum(stub.calls.values())} calls), each once.\n"
    )


class Table:
    """DynamoDB with a table of ledger rows, among which the rules are."""

    def __init__(self, ledger_rows: int, rules: int) -> None:
        self.total = ledger_rows + rules
        self._each = self.total // rules  # so many rows have one rule
        self.pages = 0

    def __call__(self, asked: Asked) -> Answer:
        operation = (asked.headers.get("X-Amz-Target") or "").partition(".")[2]
        if operation != "Scan":
            return Answer.of_json({"__type": "ParameterNotFound"}, 400)
        given = asked.json()
        self.pages += 1
        start = int(given.get("ExclusiveStartKey", {}).get("PK", {}).get("S", "0"))
        end = min(start + int(given["Limit"]), self.total)
        found = [rule_row(n) for n in range(start, end) if n % self._each == 0]
        more = {"LastEvaluatedKey": {"PK": {"S": str(end)}, "SK": {"S": "-"}}}
        return Answer.of_json({"Items": found, **(more if end < self.total else {})})


def rule_row(number: int) -> dict[str, Any]:
    return {
        "PK": {"S": f"ROUTE#person-{number}@example.com"},
        "SK": {"S": "RULE#v1"},
        "action": {"S": "forward-to-gmail"},
        "target": {"S": "me@gmail.com"},
        "enabled": {"BOOL": True},
    }


def read_all(ledger_rows: int, rules: int) -> str:
    """Lists all rules of a full table; says how long it took."""
    stub = Table(ledger_rows, rules)
    answered, took = timed(stub, "rules", "list", "--json")
    return (
        f"**`rules list` of {ledger_rows:,} ledger rows and {rules:,} rules against a stub**:"
        f" {len(answered):,} rules in {took:.1f} s ({stub.pages} pages).\n"
    )


def timed(stub: Callable[[Asked], Answer], *command: str) -> tuple[Any, float]:
    """What a command answers in JSON, and how long it took."""
    server = LoopbackServer(stub, listen([LOOPBACK]))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": server.url,
        "AWS_REGION": "ap-southeast-2",
        "SES_MAIL_ENV": "test",
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    program = ROOT / "scripts" / "ses-mail"
    started = time.monotonic()
    done = subprocess.run([program, *command], env=environment, capture_output=True, text=True)
    took = time.monotonic() - started
    server.close()
    if done.returncode:
        raise RuntimeError(f"ses-mail ended with {done.returncode}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout), took

"""A change of a credential that fails for twelve hours is given up, and reported."""

import time
from collections.abc import Callable
from typing import Any

from local_cloud.demo.smtp_hands import Administrator
from local_cloud.demo.smtp_holdings import Observer
from local_cloud.demo.step import Step
from local_cloud.process.world import World

RECORD_SECONDS = 43200.0
WAIT_SECONDS, LOOK_SECONDS = 40.0, 0.05
NAME = "lena.late"


def give_up(world: World, table: str) -> Step:
    """The key is disabled, so the password cannot be encrypted and the record fails."""
    started = time.monotonic()
    environment = table.rpartition("-")[2]
    queue = f"ses-mail-smtp-credential-manager-dlq-{environment}"
    kms, administrator = world.cloud.client("kms"), Administrator(world.cloud, table)
    alias = f"alias/ses-mail-smtp-credentials-{environment}"
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    observer = Observer(world.cloud, table, NAME)
    kms.disable_key(KeyId=key)
    administrator.put(NAME, [f"{NAME}@example.com"])
    problems = wait(world, "no user is made", lambda: bool(observer.look().users))
    world.moto.ask("clock", {"advanceSeconds": RECORD_SECONDS + 60})
    # Two records: the row as it was written, and with the user's name added.
    problems += wait(world, f"{queue} has not two", lambda: depth(world, queue) == 2)
    kms.enable_key(KeyId=key)
    sqs = world.cloud.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])
    administrator.delete(NAME)
    problems += wait(world, "the user is left", lambda: observer.look().is_nothing())
    return Step(
        "key is disabled", time.monotonic() - started, "given up after twelve hours", problems
    )


def wait(world: World, otherwise: str, condition: Callable[[], bool]) -> list[str]:
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > end or world.stopped.wait(LOOK_SECONDS):
            return [otherwise]
    return []


def depth(world: World, name: str) -> int:
    found: list[dict[str, Any]] = world.moto.ask("queues")
    return sum(int(each["visible"]) for each in found if each["name"] == name)

"""EventBridge Scheduler's calls of what is due, each as the schedule's own role.

A universal target names any operation of any service, and its input is that operation's.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

import json
from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud import ACCOUNT
from local_cloud.connection.aws import Cloud
from local_cloud.host.rousing import Busy
from local_cloud.process.moto_process import MotoProcess

UNIVERSAL = "arn:aws:scheduler:::aws-sdk:"
Due = dict[str, Any]


class NotCalled(RuntimeError):
    """The target was not called; the sentence gives the reason."""


class Schedules:
    """Calls the targets of one world's schedules."""

    def __init__(
        self, moto: MotoProcess, cloud: Cloud, busy: Busy, complain: Callable[[str], None]
    ) -> None:
        self._moto = moto
        self._cloud = cloud
        self._busy = busy
        self._complain = complain

    def begin(self, waiting: int) -> None:
        """Calls what is due, one after the other. No call is repeated: whatever AWS itself does
        here meets fair weather, so a failure would last.
        """
        if not waiting:
            return
        with self._busy():
            try:
                for due in self._moto.ask("schedules", {}):
                    self._call(due)
            except OSError as error:
                self._complain(f"the schedules that are due could not be read: {error}")

    def _call(self, due: Due) -> None:
        values: dict[str, float] = {"InvocationAttemptCount": 1}
        try:
            role = self._assume(due)
            try:
                perform(role, due["target"], due["input"])
            except (NotCalled, ClientError, BotoCoreError, ValueError) as error:
                values |= {"TargetErrorCount": 1, **self._give_up(role, due)}
                self._complain(f"schedule {due['arn']}: {error}")
        except NotCalled as error:
            values |= {"TargetErrorCount": 1, "InvocationDroppedCount": 1}
            self._complain(f"schedule {due['arn']}: {error}")
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
        self._moto.count("AWS/Scheduler", {"ScheduleGroup": due["group"]}, values)

    def _assume(self, due: Due) -> Cloud:
        group = due["arn"].rpartition("/")[0].replace(":schedule/", ":schedule-group/")
        context = {"aws:SourceArn": [group], "aws:SourceAccount": [ACCOUNT]}
        if not self._moto.is_trusted(due["role"], "scheduler.amazonaws.com", context):
            raise NotCalled(f"scheduler.amazonaws.com may not assume {due['role']}")
        return self._cloud.assume(due["role"], "scheduler")

    def _give_up(self, role: Cloud, due: Due) -> dict[str, float]:
        """Sends the call to the dead-letter queue, where the schedule has one and its role may send
        there.
        """
        queue = due["deadLetterQueue"]
        if queue is None:
            return {"InvocationDroppedCount": 1}
        account, name = queue.split(":")[4:6]
        try:
            role.client("sqs").send_message(
                QueueUrl=f"{role.endpoint}/{account}/{name}", MessageBody=due["input"]
            )
        except ClientError as error:
            self._complain(f"schedule {due['arn']}: its dead-letter queue: {error}")
            return {"InvocationDroppedCount": 1, "InvocationsFailedToBeSentToDeadLetterCount": 1}
        return {"InvocationDroppedCount": 1, "InvocationsSentToDeadLetterCount": 1}


def perform(role: Cloud, target: str, text: str) -> None:
    if ":function:" in target:
        role.client("lambda").invoke(
            FunctionName=target, InvocationType="Event", Payload=text.encode()
        )
        return
    if not target.startswith(UNIVERSAL):
        raise NotCalled(f"a target such as {target} is not emulated")
    service, _, operation = target.removeprefix(UNIVERSAL).partition(":")
    given = json.loads(text)
    getattr(role.client(service), xform_name(operation))(**given)

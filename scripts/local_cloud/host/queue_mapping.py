"""What an event source mapping does with a batch of a queue's messages.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from collections.abc import Callable
from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.host.function import Function
from local_cloud.host.journal import Journal
from local_cloud.host.queue_poller import Message, QueuePoller
from local_cloud.host.rousing import Busy
from local_cloud.host.sqs_record import failed_items, record

DEFAULT_CONCURRENCY = 5


class QueueMapping:
    """One event source mapping of a queue."""

    def __init__(
        self,
        mapping: dict[str, Any],
        function: Function,
        cloud: Cloud,
        journal: Journal,
        busy: Busy,
        complain: Callable[[str], None],
    ) -> None:
        self._function = function
        self._journal = journal
        self._reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        scaling = mapping.get("ScalingConfig") or {}
        self.poller = QueuePoller(
            cloud.client("sqs"),
            cloud.endpoint,
            mapping["EventSourceArn"],
            mapping.get("BatchSize") or 10,
            scaling.get("MaximumConcurrency") or DEFAULT_CONCURRENCY,
            self._handle,
            busy,
            complain,
        )

    def _handle(self, messages: list[Message]) -> None:
        arn = self.poller.queue_arn
        event = json.dumps({"Records": [record(each, arn) for each in messages]}).encode()
        trace = next(
            (
                each["Attributes"]["AWSTraceHeader"]
                for each in messages
                if each.get("Attributes", {}).get("AWSTraceHeader")
            ),
            None,
        )
        outcome = self._function.invoke(event, trace)
        identifiers = [each["MessageId"] for each in messages]
        failed = (
            failed_items(outcome.body, identifiers, self._reports)
            if outcome.is_success
            else set(identifiers)
        )
        self.poller.delete([each for each in messages if each["MessageId"] not in failed])
        for each in messages:
            self._journal.handled(
                arn, self._function.name, each, outcome, each["MessageId"] in failed
            )

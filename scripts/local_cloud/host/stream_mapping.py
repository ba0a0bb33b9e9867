"""A table's stream on its way to the function: in order, and again from the first failure.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.additions.event_pattern import EventPattern
from local_cloud.connection.aws import Cloud
from local_cloud.host.function import Function
from local_cloud.host.outcome import Outcome
from local_cloud.host.rousing import Busy, Rousing
from local_cloud.host.sqs_record import failed_items
from local_cloud.host.stream_record import Record, as_event, failure_message, number

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0
RETENTION_SECONDS = 86_400  # a stream keeps its records for a day


class StreamMapping:
    """Reads on from the mapping's checkpoint. `ask` reaches the emulated AWS beside its own API.
    `turn` is held while it reads: where a deployment makes two mappings overlap, the later one
    waits.
    """

    def __init__(
        self,
        mapping: dict[str, Any],
        function: Function,
        cloud: Cloud,
        ask: Callable[[str, Any], Any],
        turn: threading.Lock,
        busy: Busy,
        complain: Callable[[str], None],
    ) -> None:
        self.stream_arn: str = mapping["EventSourceArn"]
        self._mapping = mapping
        self._function = function
        self._cloud = cloud
        self._ask = ask
        self._turn = turn
        self._streams = cloud.client("dynamodbstreams")
        self._complain = complain
        self._reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        self._patterns = [
            EventPattern.load(each["Pattern"])
            for each in (mapping.get("FilterCriteria") or {}).get("Filters", [])
        ]
        limit = mapping.get("MaximumRecordAgeInSeconds", -1)
        self._maximum_age = limit if limit > 0 else RETENTION_SECONDS
        self._most_retries: int = mapping.get("MaximumRetryAttempts", -1)
        self.is_retrying = False  # a batch has failed, and is neither done nor given up
        self._stopped = threading.Event()
        self._find_stream()
        self._shard = self._streams.describe_stream(StreamArn=self.stream_arn)["StreamDescription"][
            "Shards"
        ][0]["ShardId"]
        self._iterator = self._open()
        self._rousing = Rousing(busy)
        threading.Thread(target=self._run, daemon=True).start()

    def wake(self) -> None:
        self._rousing.rouse()

    def stop(self) -> None:
        self._stopped.set()
        self._rousing.rouse()

    def _find_stream(self) -> None:
        """Lambda looks up the table's stream, and makes no mapping where it may not."""
        table = self.stream_arn.split("/")[1]
        found = self._streams.list_streams(TableName=table)["Streams"]
        if self.stream_arn not in [each["StreamArn"] for each in found]:
            raise KeyError(self.stream_arn)

    def _open(self) -> str:
        """Opens the stream at the first record that is not done."""
        reached = self._ask(
            "checkpoint",
            {
                "mapping": self._mapping["UUID"],
                "streamArn": self.stream_arn,
                "startingPosition": self._mapping.get("StartingPosition") or "LATEST",
            },
        )
        iterator: str = self._streams.get_shard_iterator(
            StreamArn=self.stream_arn,
            ShardId=self._shard,
            ShardIteratorType="AFTER_SEQUENCE_NUMBER",
            SequenceNumber=reached["sequenceNumber"],
        )["ShardIterator"]
        return iterator

    def _run(self) -> None:
        with self._turn:
            while not self._stopped.is_set():
                try:
                    self._follow()
                except Exception as error:  # what was read and is not done is read again
                    if self._stopped.is_set():
                        break
                    kind = type(error).__name__
                    self._complain(f"stream {self.stream_arn}: {kind}: {error}")
                    self._rousing.rest(self._stopped, LONGEST_PAUSE_SECONDS)
        self._rousing.end()

    def _follow(self) -> None:
        self._iterator = self._open()  # the mapping that read before may have got further
        while not self._stopped.is_set():
            while records := self._read():
                self._deliver(records)
            self._rousing.sleep()

    def _read(self) -> list[Record]:
        if self._stopped.is_set():
            return []
        answer = self._streams.get_records(ShardIterator=self._iterator, Limit=1000)
        self._iterator = answer["NextShardIterator"]
        return [as_event(each) for each in answer["Records"]]

    def _deliver(self, records: list[Record]) -> None:
        wanted = [
            each | {"eventSourceARN": self.stream_arn}
            for each in records
            if passes(self._patterns, each)
        ]
        size = self._mapping.get("BatchSize") or 100
        for start in range(0, len(wanted), size):
            self._insist(wanted[start : start + size], 0)

    def _insist(self, batch: list[Record], attempts: int) -> None:
        """Invokes until the batch is done or given up; a half of a bisected batch keeps the count
        of tries.
        """
        outcome = None
        while not self._stopped.is_set():
            batch = self._young(batch, attempts, outcome)
            if not batch:
                return
            outcome = self._function.invoke(json.dumps({"Records": batch}).encode())
            left = self._left(batch, outcome)
            done = len(batch) - len(left)
            if done:
                self._reached(batch[done - 1])
            self.is_retrying = bool(left)
            if not left:
                return
            batch = left
            attempts += 1
            if 0 <= self._most_retries < attempts:
                self._give_up(batch, "RetryAttemptsExhausted", attempts, outcome)
                return
            if self._mapping.get("BisectBatchOnFunctionError") and len(batch) > 1 and not done:
                middle = len(batch) // 2
                self._insist(batch[:middle], attempts - 1)
                self._insist(batch[middle:], attempts - 1)
                return
            pause = min(FIRST_PAUSE_SECONDS * 2 ** min(attempts, 10), LONGEST_PAUSE_SECONDS)
            self._rousing.rest(self._stopped, pause)

    def _left(self, batch: list[Record], outcome: Outcome) -> list[Record]:
        """The records from the lowest failed one on."""
        numbers = [number(each) for each in batch]
        failed = (
            failed_items(outcome.body, numbers, self._reports)
            if outcome.is_success
            else set(numbers)
        )
        return batch[min(numbers.index(each) for each in failed) :] if failed else []

    def _young(self, batch: list[Record], attempts: int, outcome: Outcome | None) -> list[Record]:
        """The batch without the records at its front that are too old to be sent (again)."""
        ages = self._ask(
            "record-ages",
            {"streamArn": self.stream_arn, "sequenceNumbers": [number(each) for each in batch]},
        )
        old = sum(1 for age in ages if age > self._maximum_age)
        if old:
            self._give_up(batch[:old], "RecordAgeExceeded", attempts, outcome)
        return batch[old:]

    def _reached(self, record: Record) -> None:
        self._ask(
            "checkpoint", {"mapping": self._mapping["UUID"], "sequenceNumber": number(record)}
        )

    def _give_up(
        self, batch: list[Record], condition: str, attempts: int, outcome: Outcome | None
    ) -> None:
        destination = (
            (self._mapping.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        )
        self._complain(f"{self._function.name}: {len(batch)} records given up, {condition}")
        if destination:
            account, name = destination.split(":")[4:6]
            message = failure_message(
                batch,
                self._shard,
                self.stream_arn,
                self._function.arn,
                condition,
                attempts,
                outcome,
                self._cloud.clock(),
            )
            try:
                self._cloud.client("sqs").send_message(
                    QueueUrl=f"{self._cloud.endpoint}/{account}/{name}",
                    MessageBody=json.dumps(message),
                )
            except (ClientError, BotoCoreError) as error:  # Lambda drops them nevertheless
                self._complain(f"{destination} could not be notified: {error}")
        self._reached(batch[-1])
        self.is_retrying = False


def passes(patterns: list[EventPattern], record: Record) -> bool:
    """Whether one of the filters matches; without filters every record passes.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    """
    return not patterns or any(pattern.matches_event(record) for pattern in patterns)

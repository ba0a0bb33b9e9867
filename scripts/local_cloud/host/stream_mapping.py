"""How does a table's stream reach its function? In order, and again from the first failure.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from local_cloud.aws import Cloud
from local_cloud.host.function import Function
from local_cloud.host.outcome import Outcome
from local_cloud.host.sqs_record import failed_items
from local_cloud.host.stream_filter import passes

Record = dict[str, Any]
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0


class StreamMapping:
    def __init__(
        self,
        mapping: dict[str, Any],
        function: Function,
        cloud: Cloud,
        busy: Callable[[], AbstractContextManager[None]],
        complain: Callable[[str], None],
    ) -> None:
        self.stream_arn: str = mapping["EventSourceArn"]
        self._mapping = mapping
        self._function = function
        self._cloud = cloud
        self._streams = cloud.client("dynamodbstreams")
        self._busy = busy
        self._complain = complain
        self._reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        self._patterns = [
            json.loads(each["Pattern"])
            for each in (mapping.get("FilterCriteria") or {}).get("Filters", [])
        ]
        self._has_records = threading.Event()
        self._has_records.set()
        self._stopped = threading.Event()
        self._shard, self._iterator = self._open()
        threading.Thread(target=self._run, daemon=True).start()

    def wake(self) -> None:
        self._has_records.set()

    def stop(self) -> None:
        self._stopped.set()
        self._has_records.set()

    def _open(self) -> tuple[str, str]:
        description = self._streams.describe_stream(StreamArn=self.stream_arn)
        shard = description["StreamDescription"]["Shards"][0]["ShardId"]
        return shard, self._streams.get_shard_iterator(
            StreamArn=self.stream_arn,
            ShardId=shard,
            ShardIteratorType=self._mapping.get("StartingPosition") or "LATEST",
        )["ShardIterator"]

    def _run(self) -> None:
        while True:
            self._has_records.wait()
            self._has_records.clear()
            if self._stopped.is_set():
                return
            try:
                while records := self._read():
                    with self._busy():
                        self._deliver(records)
            except Exception as error:  # the next records are still to be read
                if self._stopped.is_set():
                    return
                kind = type(error).__name__
                self._complain(f"stream {self.stream_arn}: {kind}: {error}")

    def _read(self) -> list[Record]:
        answer = self._streams.get_records(ShardIterator=self._iterator, Limit=1000)
        self._iterator = answer["NextShardIterator"]
        records: list[Record] = [as_event(each) for each in answer["Records"]]
        return records

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
        """Invoke until the batch is done or given up; a bisected half keeps the count."""
        most = self._mapping.get("MaximumRetryAttempts", -1)
        while batch and not self._stopped.is_set():
            outcome = self._function.invoke(json.dumps({"Records": batch}).encode())
            left = self._left(batch, outcome)
            if not left:
                return
            progressed = len(left) < len(batch)
            batch = left
            attempts += 1
            if 0 <= most < attempts or self._is_too_old(batch[0]):
                condition = (
                    "RetryAttemptsExhausted" if 0 <= most < attempts else "RecordAgeExceeded"
                )
                self._give_up(batch, condition, attempts, outcome)
                return
            if (
                self._mapping.get("BisectBatchOnFunctionError")
                and len(batch) > 1
                and not progressed
            ):
                middle = len(batch) // 2
                self._insist(batch[:middle], attempts - 1)
                self._insist(batch[middle:], attempts - 1)
                return
            self._stopped.wait(min(FIRST_PAUSE_SECONDS * 2**attempts, LONGEST_PAUSE_SECONDS))

    def _left(self, batch: list[Record], outcome: Outcome) -> list[Record]:
        """The records from the lowest failed one on."""
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        failed = (
            failed_items(outcome.body, numbers, self._reports)
            if outcome.is_success
            else set(numbers)
        )
        return batch[min(numbers.index(each) for each in failed) :] if failed else []

    def _is_too_old(self, record: Record) -> bool:
        limit: int = self._mapping.get("MaximumRecordAgeInSeconds", -1)
        age = time.time() - float(record["dynamodb"]["ApproximateCreationDateTime"])
        return 0 < limit < age

    def _give_up(
        self, batch: list[Record], condition: str, attempts: int, outcome: Outcome
    ) -> None:
        destination = (
            (self._mapping.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        )
        self._complain(f"{self._function.name}: {len(batch)} records given up, {condition}")
        if not destination:
            return
        account, name = destination.split(":")[4:6]
        numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
        times = [iso_8601(each["dynamodb"]["ApproximateCreationDateTime"]) for each in batch]
        self._cloud.client("sqs").send_message(
            QueueUrl=f"{self._cloud.endpoint}/{account}/{name}",
            MessageBody=json.dumps(
                {
                    "requestContext": {
                        "requestId": outcome.request_id or str(uuid.uuid4()),
                        "functionArn": self._function.arn,
                        "condition": condition,
                        "approximateInvokeCount": attempts,
                    },
                    "responseContext": {
                        "statusCode": 200,
                        "executedVersion": "$LATEST",
                        "functionError": outcome.error,
                    },
                    "version": "1.0",
                    "timestamp": iso_8601(time.time()),
                    "DDBStreamBatchInfo": {
                        "shardId": self._shard,
                        "startSequenceNumber": numbers[0],
                        "endSequenceNumber": numbers[-1],
                        "approximateArrivalOfFirstRecord": times[0],
                        "approximateArrivalOfLastRecord": times[-1],
                        "batchSize": len(batch),
                        "streamArn": self.stream_arn,
                    },
                }
            ),
        )


def as_event(record: Record) -> Record:
    """The record as Lambda passes it on: the identity's keys begin in lower case there."""
    event: Record = jsonable(record)
    identity = event.pop("userIdentity", None)
    if identity:
        event["userIdentity"] = {
            name[:1].lower() + name[1:]: value for name, value in identity.items()
        }
    return event


def jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: jsonable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def iso_8601(moment: float) -> str:
    return (
        datetime.fromtimestamp(moment, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )

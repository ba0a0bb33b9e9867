"""A pipe: messages from its queue, through its enrichment, onto the bus.

The pipe acts as its own role; an error leaves the messages in the queue until its redrive policy
moves them. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.host.count import Count
from local_cloud.host.function import Function
from local_cloud.host.journal import Journal
from local_cloud.host.outcome import Outcome
from local_cloud.host.pipe_answer import NotUsable, details
from local_cloud.host.queue_poller import Message, QueuePoller
from local_cloud.host.rousing import Busy
from local_cloud.host.sqs_record import record

CONCURRENCY = 5
LEVELS = ("OFF", "ERROR", "INFO", "TRACE")


class Pipe:
    """One deployed pipe."""

    def __init__(
        self,
        pipe: dict[str, Any],
        function: Function | None,
        role: Cloud,
        journal: Journal,
        busy: Busy,
        complain: Callable[[str], None],
        count: Count,
    ) -> None:
        self._pipe = pipe
        self._count = count
        self._function = function
        self._events = role.client("events")
        self._lambda = role.client("lambda")
        self._logs = role.client("logs")
        self._log_stream = uuid.uuid4().hex
        self._has_stream = False
        self._clock = role.clock
        self._journal = journal
        self._complain = complain
        source = pipe.get("SourceParameters", {}).get("SqsQueueParameters", {})
        self.poller = QueuePoller(
            role.client("sqs"),
            role.endpoint,
            pipe["Source"],
            source.get("BatchSize") or 10,
            CONCURRENCY,
            self._handle,
            busy,
            complain,
        )

    def _handle(self, messages: list[Message]) -> None:
        execution = str(uuid.uuid4())
        records = [record(each, self._pipe["Source"]) for each in messages]
        self._log(execution, "ExecutionStarted", "INFO", payload=records)
        problem, function = self._refusal(), self._function
        if problem is not None or function is None:
            problem = problem or "its enrichment did not exist when it began"
            self._complain(f"pipe {self._pipe['Name']}: {problem}")
            self._tell(execution, problem, [])
            return
        outcome = function.invoke(json.dumps(records).encode())
        problem = None if outcome.is_success else outcome.message
        elements: list[Any] = []
        try:
            elements = details(outcome.body) if problem is None else []
            if elements:
                problem = self._put(elements, outcome)
        except (NotUsable, ClientError) as error:
            problem = str(error)
        if problem is None:
            self.poller.delete(messages)
        self._tell(execution, problem, elements)
        for each in messages:
            self._journal.routed(
                self._pipe["Source"], function.name, each, outcome, elements, problem
            )

    def _tell(self, execution: str, problem: str | None, elements: list[Any]) -> None:
        """Reports an execution in the pipe's log and metrics.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
        """
        values: dict[str, float] = {"Invocations": 1}
        if problem is None:
            self._log(execution, "ExecutionSucceeded", "INFO", payload=elements)
        else:
            self._log(execution, "ExecutionFailed", "ERROR", error=problem)
            values["ExecutionFailed"] = 1
        self._count("AWS/EventBridge/Pipes", {"PipeName": self._pipe["Name"]}, values)

    def _refusal(self) -> str | None:
        """Why the pipe's role cannot call its enrichment: it has no permission, or there is no
        function.
        """
        try:
            self._lambda.invoke(FunctionName=self._pipe["Enrichment"], InvocationType="DryRun")
        except ClientError as error:
            return str(error)
        return None

    def _put(self, elements: list[Any], outcome: Outcome) -> str | None:
        target = self._pipe.get("TargetParameters", {}).get("EventBridgeEventBusParameters", {})
        answer = self._events.put_events(
            Entries=[
                {
                    "Source": target.get("Source") or f"Pipe {self._pipe['Name']}",
                    "DetailType": target.get("DetailType") or "Event from aws:sqs",
                    "Detail": json.dumps(element, ensure_ascii=False),
                    "EventBusName": self._pipe["Target"],
                    "Resources": target.get("Resources") or [],
                }
                for element in elements
            ]
        )
        if answer["FailedEntryCount"]:
            return f"PutEvents: {answer['Entries']}"
        return None

    def _log(self, execution: str, kind: str, level: str, **facts: Any) -> None:
        """A line of the pipe's log.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html
        """
        config = self._pipe.get("LogConfiguration") or {}
        group = config.get("CloudwatchLogsLogDestination", {}).get("LogGroupArn", "")
        wanted = config.get("Level", "OFF")
        if not group or LEVELS.index(level) > LEVELS.index(wanted):
            return
        if "ALL" not in config.get("IncludeExecutionData", []):
            facts.pop("payload", None)
        name = group.split(":log-group:")[1].removesuffix(":*")
        now = int(self._clock() * 1000)
        message = {
            "resourceArn": self._pipe["Arn"],
            "timestamp": now,
            "executionId": execution,
            "messageType": kind,
            "logLevel": level,
            **facts,
        }
        try:
            if not self._has_stream:
                self._has_stream = True
                self._logs.create_log_stream(logGroupName=name, logStreamName=self._log_stream)
            self._logs.put_log_events(
                logGroupName=name,
                logStreamName=self._log_stream,
                logEvents=[{"timestamp": now, "message": json.dumps(message)}],
            )
        except ClientError as error:
            self._complain(f"pipe log {name}: {error}")

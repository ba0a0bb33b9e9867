"""Functions, mappings and pipes, made from what Terraform left in moto."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local_cloud import ACCOUNT
from local_cloud.connection.aws import Cloud
from local_cloud.host.code_store import unpack
from local_cloud.host.conditions import Conditions
from local_cloud.host.connection_owner import owner_of
from local_cloud.host.deployment import Deployment
from local_cloud.host.environment_factory import Surroundings
from local_cloud.host.function import Function
from local_cloud.host.journal import Journal
from local_cloud.host.pipe import Pipe
from local_cloud.host.queue_mapping import QueueMapping
from local_cloud.host.rousing import Busy
from local_cloud.host.stream_mapping import StreamMapping
from local_cloud.process.moto_process import MotoProcess

CHANGING = ("LastModified", "RevisionId")


class Runner:
    """Everything that runs in one world, kept equal to what is deployed."""

    def __init__(
        self,
        moto: MotoProcess,
        cloud: Cloud,
        journal: Journal,
        code_store: Path,
        environment: dict[str, str],
        keep_segment: Callable[[bytes], None],
        busy: Busy,
        complain: Callable[[str], None],
    ) -> None:
        self._moto = moto
        self._cloud = cloud
        self._journal = journal
        self._code_store = code_store
        self._busy = busy
        self._complain = complain
        self.conditions = Conditions()  # in which processes start from now on
        self._around = Surroundings(
            cloud,
            self._is_trusted,
            environment,
            keep_segment,
            complain,
            moto.count,
            moto.clock.of_functions.now,
            lambda: self.conditions,
        )
        self._lock = threading.Lock()
        self._deployed: Deployment | None = None
        self._queues: list[QueueMapping | Pipe] = []
        self._streams: list[StreamMapping] = []
        self._turns: dict[str, threading.Lock] = {}  # by a stream mapping's UUID
        self.functions: dict[str, Function] = {}
        self.routes: dict[str, str] = {}
        self.deployments = -1

    def deploy(self) -> None:
        """Makes what runs equal to what is deployed; warm processes of unchanged functions stay."""
        with self._lock:
            self.deployments = self._moto.ask("activity", {"since": -1})["deployments"]
            deployment = Deployment.read(self._cloud)
            if deployment == self._deployed:
                return
            self._stop_polling()
            self._deployed, self.routes = deployment, deployment.routes
            self._make_functions(deployment)
            for mapping in deployment.mappings:
                self._attempt(f"mapping of {mapping['EventSourceArn']}", self._map, mapping)
            for pipe in deployment.pipes:
                self._attempt(f"pipe {pipe['Name']}", self._pipe, pipe)

    def wake(self, now: dict[str, Any], before: dict[str, Any]) -> None:
        """Wakes the pollers that have something to do; `now` and `before` are answers of the
        activity route.
        """
        with self._lock:
            for each in self._queues:
                if now["queues"].get(each.poller.queue_arn):
                    each.poller.wake()
            for stream in self._streams:
                if now["streams"] != before.get("streams"):
                    stream.wake()

    def is_retrying(self) -> bool:
        """Whether records of a stream have failed and will be sent again."""
        with self._lock:
            return any(stream.is_retrying for stream in self._streams)

    def kill(self, peer: tuple[str, int]) -> None:
        """Kills the function's process that has this end of a connection, without notice."""
        every = [each for function in self.functions.values() for each in function.process_ids()]
        owner = owner_of(peer, every)
        if owner is None:
            self._complain(f"no process of a function has the connection from port {peer[1]}")
        else:
            os.kill(owner, signal.SIGKILL)

    def stop(self) -> None:
        with self._lock:
            self._stop_polling()
            for function in self.functions.values():
                function.stop()

    def _stop_polling(self) -> None:
        for each in self._queues:
            each.poller.stop()
        for stream in self._streams:
            stream.stop()
        self._queues, self._streams = [], []

    def _make_functions(self, deployment: Deployment) -> None:
        """Each function's name always has a function: the previous or the new one."""
        before, after = self.functions, dict[str, Function]()
        for name, config in deployment.functions.items():
            function = before.get(name)
            if function is None or stable(function.config) != stable(config):
                code = self._moto.fetch(self._location(name))
                self._code_store.mkdir(parents=True, exist_ok=True)
                folder = unpack(code, config["CodeSha256"], self._code_store)
                function = Function(config, folder, self._around)
            after[name] = function
        self.functions = after
        for name, function in before.items():
            if after.get(name) is not function:
                function.stop()

    def _location(self, name: str) -> str:
        answer = self._cloud.client("lambda").get_function(FunctionName=name)
        location: str = answer["Code"]["Location"]
        return location

    def _attempt(
        self, what: str, make: Callable[[dict[str, Any]], None], given: dict[str, Any]
    ) -> None:
        try:
            make(given)
        except (ClientError, KeyError, PermissionError) as error:
            self._complain(f"the {what} does not run: {error}")

    def _map(self, mapping: dict[str, Any]) -> None:
        """The poller acts as the function's role, as Lambda's does."""
        function = self.functions[mapping["FunctionArn"].split(":")[6]]
        cloud = self._cloud.assume(function.config["Role"], f"{function.name}-poller")
        if ":dynamodb:" in mapping["EventSourceArn"]:
            turn = self._turns.setdefault(mapping["UUID"], threading.Lock())
            self._streams.append(
                StreamMapping(
                    mapping, function, cloud, self._moto.ask, turn, self._busy, self._complain
                )
            )
        else:
            self._queues.append(
                QueueMapping(mapping, function, cloud, self._journal, self._busy, self._complain)
            )

    def _pipe(self, pipe: dict[str, Any]) -> None:
        context = {"aws:SourceArn": [pipe["Arn"]], "aws:SourceAccount": [ACCOUNT]}
        if not self._is_trusted(pipe["RoleArn"], "pipes.amazonaws.com", context):
            raise PermissionError(f"pipes.amazonaws.com may not assume {pipe['RoleArn']}")
        # A pipe whose enrichment is gone still receives messages, and each execution fails.
        function = self.functions.get(pipe["Enrichment"].split(":")[6])
        role = self._cloud.assume(pipe["RoleArn"], pipe["Name"])
        self._queues.append(
            Pipe(pipe, function, role, self._journal, self._busy, self._complain, self._moto.count)
        )

    def _is_trusted(self, role_arn: str, service: str, context: dict[str, list[str]]) -> bool:
        return self._moto.is_trusted(role_arn, service, context)


def stable(config: dict[str, Any] | None) -> str:
    """A function's configuration without the parts that change by themselves."""
    return json.dumps(
        {name: value for name, value in (config or {}).items() if name not in CHANGING},
        sort_keys=True,
        default=str,
    )

"""A runbook started through Systems Manager, as an operator starts it, and its result."""

import time
from typing import Any

from local_cloud.process.world import World

WAIT_SECONDS = 120.0


class RunbookFailed(RuntimeError):
    """The reason why the execution did not succeed, in Systems Manager's words."""


class Runbooks:
    """The deployed runbooks, called as an operator calls them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ssm = world.cloud.client("ssm")

    def run(self, document: str, **parameters: str) -> dict[str, list[str]]:
        """The outputs of the runbook, by their names without the step's."""
        given = {"Parameters": {k: [v] for k, v in parameters.items()}} if parameters else {}
        begun = self._ssm.start_automation_execution(DocumentName=document, **given)
        execution = self._ended(str(begun["AutomationExecutionId"]))
        if execution["AutomationExecutionStatus"] != "Success":
            raise RunbookFailed(f"{document}: {execution.get('FailureMessage')}")
        return {name.partition(".")[2]: value for name, value in execution["Outputs"].items()}

    def _ended(self, identifier: str) -> dict[str, Any]:
        end = time.monotonic() + WAIT_SECONDS
        while True:
            version = self._world.journal.wait(-1, 0)
            execution: dict[str, Any] = self._ssm.get_automation_execution(
                AutomationExecutionId=identifier
            )["AutomationExecution"]
            if "ExecutionEndTime" in execution:
                return execution
            if time.monotonic() > end:
                raise RunbookFailed(f"{identifier} has not ended in {WAIT_SECONDS:g} seconds")
            self._world.journal.wait(version, 1.0)

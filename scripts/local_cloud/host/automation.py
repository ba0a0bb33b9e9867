"""Systems Manager's work on a runbook: the document's scripts, run as the role that it names.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import json
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from local_cloud.connection.aws import Cloud
from local_cloud.host.rousing import Busy
from local_cloud.host.script import Script, ScriptFailed
from local_cloud.process.moto_process import MotoProcess

REFERENCE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
SCRIPT_SECONDS = 600.0  # as long as AWS lets a script run
SELECTOR = "$.Payload."
KINDS = {
    "String": str,
    "Integer": int,
    "Boolean": bool,
    "StringList": list,
    "StringMap": dict,
    "MapList": list,
}
FAILED = (
    "Step fails when it is Poll action status for completion. {reason}. "
    "Please refer to Automation Service Troubleshooting Guide for more diagnosis details."
)


class Automation:
    """Runs the executions of runbooks in one world."""

    def __init__(
        self,
        moto: MotoProcess,
        cloud: Cloud,
        busy: Busy,
        complain: Callable[[str], None],
    ) -> None:
        self._moto = moto
        self._cloud = cloud
        self._busy = busy
        self._complain = complain
        self._scripts: set[Script] = set()

    def begin(self, waiting: int) -> None:
        """Runs the executions that wait, each in the background."""
        if not waiting:
            return
        try:
            taken = self._moto.ask("automations", {})
        except OSError as error:
            self._complain(f"the automations that wait could not be read: {error}")
            return
        for execution in taken:
            work = ExitStack()
            work.enter_context(self._busy())  # from here on: the thread may begin later
            threading.Thread(target=self._run, args=(execution, work), daemon=True).start()

    def stop(self) -> None:
        for script in list(self._scripts):
            script.stop()

    def _run(self, execution: dict[str, Any], work: ExitStack) -> None:
        with work:
            try:
                told = self._steps(execution)
                self._moto.ask("automation", {"id": execution["id"], **told})
            except OSError as error:
                self._complain(f"could not report on the automation {execution['id']}: {error}")

    def _steps(self, execution: dict[str, Any]) -> dict[str, Any]:
        """Runs one step after the other until one fails or is the last."""
        values = dict(execution["values"])
        for step in execution["steps"]:
            told: dict[str, Any] = {"status": "InProgress", "started": self._cloud.clock()}
            self._tell(execution, step, told)
            try:
                found = self._outputs(step, values, self._role(execution))
                told |= {"status": "Success", "outputs": {k: texts(v) for k, v in found.items()}}
            except Exception as error:  # the execution reports any failure
                status = error.status if isinstance(error, ScriptFailed) else "Failed"
                told |= {"status": status, "failure": FAILED.format(reason=reason_of(error))}
            self._tell(execution, step, told | {"ended": self._cloud.clock()})
            if told["status"] != "Success":
                return {"status": told["status"], "failure": told["failure"]}
            values |= {f"{step['name']}.{name}": value for name, value in found.items()}
            if step.get("isEnd"):
                break
        return {"status": "Success"}

    def _tell(self, execution: dict[str, Any], step: dict[str, Any], told: dict[str, Any]) -> None:
        self._moto.ask("automation", {"id": execution["id"], "step": step["name"], "told": told})

    def _role(self, execution: dict[str, Any]) -> Cloud:
        return self._cloud.assume(execution["role"], execution["id"])

    def _outputs(self, step: dict[str, Any], values: dict[str, Any], role: Cloud) -> dict[str, Any]:
        inputs = step["inputs"]
        if step["action"] != "aws:executeScript" or not inputs["Runtime"].startswith("python"):
            raise ScriptFailed(f"local-cloud runs scripts in Python only, not {step['action']}")
        script = Script(inputs["Handler"], inputs["Script"], role, self._moto.clock.environment())
        self._scripts.add(script)
        try:
            seconds = min(float(step.get("timeoutSeconds", SCRIPT_SECONDS)), SCRIPT_SECONDS)
            payload = script.run(resolved(inputs.get("InputPayload", {}), values), seconds)
        finally:
            self._scripts.discard(script)
        return {each["Name"]: selected(each, payload) for each in step.get("outputs", [])}


def resolved(given: Any, values: dict[str, Any]) -> Any:
    """The value with parameters and outputs of earlier steps in place of their names."""
    if isinstance(given, dict):
        return {name: resolved(each, values) for name, each in given.items()}
    if isinstance(given, list):
        return [resolved(each, values) for each in given]
    if not isinstance(given, str):
        return given
    if whole := REFERENCE.fullmatch(given):
        return values[whole.group(1)]
    return REFERENCE.sub(lambda found: str(values[found.group(1)]), given)


def selected(output: dict[str, Any], payload: dict[str, Any]) -> Any:
    """The declared outputs of a step. Each must exist and have its type."""
    name, kind = output["Selector"].removeprefix(SELECTOR), output.get("Type", "String")
    value = payload.get(name)
    if type(value) is not KINDS[kind]:
        raise ScriptFailed(f"{output['Name']}: {output['Selector']} is no {kind}")
    return value


def texts(value: Any) -> list[str]:
    """An output as a list of strings; only a list has more or fewer than one."""
    values = value if isinstance(value, list) else [value]
    return [each if isinstance(each, str) else json.dumps(each) for each in values]


def reason_of(error: Exception) -> str:
    return str(error) if isinstance(error, ScriptFailed) else f"{type(error).__name__} - {error}"

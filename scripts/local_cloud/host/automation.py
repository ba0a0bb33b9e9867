"""How does Systems Manager run a runbook? The deployed document's script, as the role it names.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import json
import os
import re
import subprocess
import sys
import uuid
from typing import Any

from local_cloud import ACCOUNT, REGION
from local_cloud.aws import Cloud
from local_cloud.moto_process import MotoProcess

RUN = "import json, sys; exec(sys.stdin.read()); print(json.dumps({handler}({payload!r}, None)))"
TIMEOUT_SECONDS = 120


class AutomationFailed(RuntimeError):
    """The step did not succeed; the message ends with what the script said."""


class Automation:
    def __init__(self, moto: MotoProcess, cloud: Cloud) -> None:
        self._moto = moto
        self._cloud = cloud

    def start(self, document: str, **parameters: str) -> dict[str, Any]:
        """What the document's outputs say, by their names."""
        answer = self._cloud.client("ssm").get_document(Name=document)
        content = json.loads(answer["Content"])
        given = with_defaults(content["parameters"], parameters)
        role = self._assume(content["assumeRole"])
        outputs: dict[str, Any] = {}
        for step in content["mainSteps"]:
            payload = run(step["inputs"], given, role)
            for each in step["outputs"]:
                outputs[each["Name"]] = payload[each["Selector"].removeprefix("$.Payload.")]
        return outputs

    def _assume(self, role_arn: str) -> Cloud:
        execution = f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-execution/{uuid.uuid4()}"
        context = {"aws:SourceArn": [execution], "aws:SourceAccount": [ACCOUNT]}
        if not self._moto.is_trusted(role_arn, "ssm.amazonaws.com", context):
            raise AutomationFailed(f"ssm.amazonaws.com may not assume {role_arn}")
        return self._cloud.assume(role_arn, "execution")


def with_defaults(declared: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    if set(given) - set(declared):
        raise AutomationFailed(f"no such parameters: {sorted(set(given) - set(declared))}")
    values = {name: given.get(name, each.get("default")) for name, each in declared.items()}
    for name, value in values.items():
        pattern = declared[name].get("allowedPattern", "")
        if value is None or not re.search(pattern, value):
            raise AutomationFailed(f"{name}={value} does not match {pattern}")
    return {name: str(value) for name, value in values.items()}


def run(inputs: dict[str, Any], parameters: dict[str, str], role: Cloud) -> dict[str, Any]:
    payload = {
        name: re.sub(r"\{\{ (\w+) \}\}", lambda found: parameters[found.group(1)], value)
        if isinstance(value, str)
        else value
        for name, value in inputs["InputPayload"].items()
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(handler=inputs["Handler"], payload=payload)],
        input=inputs["Script"],
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": role.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": role.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": role.credentials.secret_access_key,
            "AWS_SESSION_TOKEN": role.credentials.session_token or "",
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    if done.returncode:
        raise AutomationFailed(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer

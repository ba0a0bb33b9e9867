"""EventBridge Pipes: a pipe can be changed in place, stays stopped, and the host is notified.

Bug of moto: a stopped pipe starts again when it is described.

Feature: moto has no UpdatePipe.
https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.pipes import models, responses

from local_cloud.additions.patching import add, wrap
from local_cloud.clock.activity import ACTIVITY

CHANGEABLE = {
    "Description": "description",
    "DesiredState": "desired_state",
    "SourceParameters": "source_parameters",
    "Enrichment": "enrichment",
    "EnrichmentParameters": "enrichment_parameters",
    "Target": "target",
    "TargetParameters": "target_parameters",
    "RoleArn": "role_arn",
    "LogConfiguration": "log_configuration",
    "KmsKeyIdentifier": "kms_key_identifier",
}


def update_pipe(response: Any) -> Any:
    name = response.uri.rstrip("/").split("/")[-1]
    pipe = response.pipes_backend.describe_pipe(name)
    for parameter, value in json.loads(response.body or "{}").items():
        if parameter in CHANGEABLE:
            setattr(pipe, CHANGEABLE[parameter], value)
    pipe.status = "STOPPED" if pipe.desired_state == "STOPPED" else "RUNNING"
    ACTIVITY.note_deployment()
    return ActionResult(
        {
            "Name": name,
            "Arn": pipe.arn,
            "DesiredState": pipe.desired_state,
            "CurrentState": pipe.current_state,
        }
    )


def install() -> None:
    add(responses.EventBridgePipesResponse, update_pipe)

    @wrap(models.PipeStatus, "status_transitions")
    def transitions(original: Any) -> Any:
        """moto starts a stopped pipe when it is described."""
        return [(old, new) for old, new in original() if old != "STOPPED"]

    for name in ("create_pipe", "delete_pipe", "start_pipe", "stop_pipe"):

        @wrap(models.EventBridgePipesBackend, name)
        def note(original: Any, *arguments: Any, **named: Any) -> Any:
            result = original(*arguments, **named)
            ACTIVITY.note_deployment()
            return result

"""Runbooks as Terraform deploys them, with their real scripts, and any other script as one."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.rights.reasons import MODULE
from local_cloud.tests.functions import allow, make_role, queue_arn

URL_PATTERN = r"^https?://[A-Za-z0-9.:-]+/[0-9]{12}/ses-[A-Za-z0-9_-]+-test$"
NAMES = ("ses-gmail-forwarder", "ses-bouncer")
REDRIVE, HEALTH = "SESMail-DLQ-Redrive-test", "SESMail-Queue-HealthCheck-test"
MOVE = ["sqs:StartMessageMoveTask", "sqs:ListMessageMoveTasks"]
TAKE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
NO_OUTPUT = ["No output available yet because the step is not successfully executed"]


class Runbooks:
    """Documents of Automation, made and run through Systems Manager."""

    def __init__(self, cloud: Cloud, service: str = "ssm.amazonaws.com") -> None:
        self.cloud = cloud
        self.ssm = cloud.client("ssm")
        self.sqs = cloud.client("sqs")
        everything = queue_arn("ses-*")
        statements = [allow([*MOVE, *TAKE], everything), allow(["sqs:SendMessage"], everything)]
        self.role = make_role(cloud, "runbook", service, statements)

    def make(
        self,
        name: str,
        script: str,
        parameters: dict[str, Any] | None = None,
        payload: dict[str, Any] | None = None,
        outputs: dict[str, str] | None = None,
        seconds: int = 120,
    ) -> None:
        """A document of one step, `Step`."""
        step = {
            "name": "Step",
            "action": "aws:executeScript",
            "timeoutSeconds": seconds,
            "isEnd": True,
            "inputs": {
                "Runtime": "python3.11",
                "Handler": "script_handler",
                "Script": script,
                "InputPayload": payload or {},
            },
            "outputs": [
                {"Name": each, "Selector": f"$.Payload.{each}", "Type": kind}
                for each, kind in (outputs or {}).items()
            ],
        }
        content = {
            "schemaVersion": "0.3",
            "assumeRole": self.role,
            "parameters": parameters or {},
            "mainSteps": [step],
            "outputs": [f"Step.{each}" for each in outputs or {}],
        }
        self.ssm.create_document(
            Name=name, DocumentType="Automation", Content=json.dumps(content), DocumentFormat="JSON"
        )

    def make_real(self) -> None:
        urls = [self._queues(name) for name in NAMES]
        given = {
            "DLQUrl": {"type": "String", "allowedPattern": URL_PATTERN},
            "SourceQueueUrl": {"type": "String", "allowedPattern": URL_PATTERN},
            "MaxMessages": {"type": "String", "default": "0", "allowedPattern": "^[0-9]{1,6}$"},
            "VelocityPerSecond": {"type": "String", "default": "10"},
        }
        script = (MODULE / "runbooks" / "dlq_redrive.py").read_text()
        payload: dict[str, Any] = {name: f"{{{{ {name} }}}}" for name in given}
        outputs = {"moved": "Integer", "state": "String", "left": "Integer"}
        self.make(REDRIVE, script, given, payload, outputs)
        script = (MODULE / "runbooks" / "queue_health.py").read_text()
        payload = {
            "MaxDepth": "{{ MaxDepth }}",
            "QueueUrls": [main for main, _ in urls],
            "DLQUrls": [dead for _, dead in urls],
        }
        outputs = {"status": "String", "problems": "StringList", "queues": "MapList"}
        given = {"MaxDepth": {"type": "String", "default": "100"}}
        self.make(HEALTH, script, given, payload, outputs)

    def _queues(self, name: str) -> tuple[str, str]:
        dead = self.sqs.create_queue(QueueName=f"{name}-dlq-test")["QueueUrl"]
        policy = {"deadLetterTargetArn": queue_arn(f"{name}-dlq-test"), "maxReceiveCount": 3}
        main = self.sqs.create_queue(
            QueueName=f"{name}-test", Attributes={"RedrivePolicy": json.dumps(policy)}
        )["QueueUrl"]
        return main, dead

    def url(self, name: str) -> str:
        return str(self.sqs.get_queue_url(QueueName=name)["QueueUrl"])

    def depth(self, name: str) -> int:
        wanted = "ApproximateNumberOfMessages"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url(name), AttributeNames=[wanted])
        return int(answer["Attributes"][wanted])

    def start(self, document: str, **parameters: Any) -> str:
        given = {"Parameters": parameters} if parameters else {}
        answer = self.ssm.start_automation_execution(DocumentName=document, **given)
        return str(answer["AutomationExecutionId"])

    def look(self, identifier: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ssm.get_automation_execution(AutomationExecutionId=identifier)
        return dict(found["AutomationExecution"])

    def ended(self, identifier: str) -> dict[str, Any] | None:
        """The execution when it has ended, None before."""
        found = self.look(identifier)
        return found if "ExecutionEndTime" in found else None


def refusal(call: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    """The code and the message of AWS's refusal."""
    try:
        call(*arguments, **named)
    except ClientError as error:
        said = error.response["Error"]
        return f"{said['Code']}: {said['Message']}"
    return "nothing was refused"

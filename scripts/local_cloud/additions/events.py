"""EventBridge: templates filled as AWS does, the whole envelope, and targets that may refuse.

Bug of moto: a template's values are pasted in as text, so that a string without quotation marks
around it breaks PutEvents; the envelope has no account; and a disabled rule still delivers.

Feature: moto asks no policy of a target and has no dead-letter queues of rules. AWS retries before
it gives up; here the event goes to the dead-letter queue at once.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import json
import re
import uuid
from typing import Any

from jsonpath_ng.ext.parser import parse
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp
from moto.events import models, utils
from moto.logs import logs_backends

from local_cloud.additions.admission import LOST, admits, find_queue
from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits as policy_admits
from local_cloud.metrics.counts import count

ENVELOPE = (
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "resources",
    "detail",
)


def install() -> None:
    utils.EventTemplateParser.parse = staticmethod(transform)
    models.EventTemplateParser.parse = staticmethod(transform)

    @wrap(models.Rule, "send_to_targets")
    def send_to_targets(original: Any, rule: Any, event: Any, transform_input: bool = True) -> None:
        if rule.state == "DISABLED":
            return
        if "ingestion-time" in event:
            event = dict(event)
            event["time"] = iso_8601(event["time"])
            event["ingestion-time"] = iso_8601(event["ingestion-time"])
        original(rule, event, transform_input)

    @wrap(models.Rule, "_send_to_sqs_queue")
    def send_to_sqs_queue(
        original: Any, rule: Any, resource_id: str, event: Any, group_id: str | None = None
    ) -> None:
        arn = f"arn:aws:sqs:{rule.region_name}:{rule.account_id}:{resource_id}"
        if admits(arn, "events.amazonaws.com", rule.arn):
            send(rule, resource_id, event, group_id)
            measure(rule, "Invocations")
        else:
            fail(rule, arn, event)

    def send(rule: Any, queue_name: str, event: Any, group_id: str | None) -> None:
        from moto.sqs import sqs_backends

        sqs_backends[rule.account_id][rule.region_name].send_message(
            queue_name=queue_name, message_body=body_of(event), group_id=group_id
        )

    @wrap(models.Rule, "_send_to_cw_log_group")
    def send_to_cw_log_group(original: Any, rule: Any, name: str, event: Any) -> None:
        logs = logs_backends[rule.account_id][rule.region_name]
        if not logs_admit(logs, rule, name):
            fail(rule, f"arn:aws:logs:{rule.region_name}:{rule.account_id}:log-group:{name}", event)
            return
        measure(rule, "Invocations")
        stream = str(uuid.uuid4())
        logs.create_log_stream(name, stream)
        logs.put_log_events(name, stream, [log_event(event)])


def fail(rule: Any, target_arn: str, event: Any) -> None:
    """The target does not take the event; its dead-letter queue may."""
    measure(rule, "FailedInvocations")
    for target in rule.targets:
        dead_letter = target.get("DeadLetterConfig", {}).get("Arn")
        if target["Arn"] == target_arn and dead_letter:
            is_sent = send_dead_letter(rule, target, dead_letter, event)
            kind = "InvocationsSentToDlq" if is_sent else "InvocationsFailedToBeSentToDlq"
            measure(rule, kind)


def measure(rule: Any, name: str) -> None:
    """A metric of a rule, in the namespace AWS/Events.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    bus = rule.event_bus_name
    dimensions = {"RuleName": rule.name} | ({} if bus == "default" else {"EventBusName": bus})
    count(rule.region_name, "AWS/Events", dimensions, {name: 1})


def log_event(event: Any) -> dict[str, Any]:
    """A template for a log group must make `{"timestamp": …, "message": text}`; anything else is
    written as it is.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-targets.html
    """
    now = int(ACTIVITY.clock.now() * 1000)
    if isinstance(event, dict) and set(event) == {"timestamp", "message"}:
        return {"timestamp": now, "message": body_of(event["message"])}
    return {"timestamp": now, "message": body_of(event)}


def logs_admit(logs: Any, rule: Any, group: str) -> bool:
    """Whether a policy of the logs lets EventBridge write to the group.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    arn = f"arn:aws:logs:{rule.region_name}:{rule.account_id}:log-group:{group}"
    owners = [f"log policy {name}" for name in logs.resource_policies]
    context = {"aws:SourceArn": [rule.arn], "aws:SourceAccount": [rule.account_id]}
    if all(
        policy_admits(
            owners,
            Request(action, resource, context, principal_service="events.amazonaws.com"),
        )
        for action, resource in (
            ("logs:CreateLogStream", f"{arn}:log-stream:any"),
            ("logs:PutLogEvents", f"{arn}:log-stream:any"),
        )
    ):
        return True
    LOST.append(
        {
            "at": ACTIVITY.clock.now(),
            "queue": arn,
            "from": rule.arn,
            "reason": "no log resource policy allows it",
        }
    )
    return False


def body_of(event: Any) -> str:
    return event if isinstance(event, str) else json.dumps(event, separators=(",", ":"))


def send_dead_letter(rule: Any, target: dict[str, Any], queue_arn: str, event: Any) -> bool:
    """Whether the queue exists and lets EventBridge in."""
    if not admits(queue_arn, "events.amazonaws.com", rule.arn):
        return False
    from moto.sqs import sqs_backends

    def attribute(value: str) -> dict[str, str]:
        return {"DataType": "String", "StringValue": value}

    sqs_backends[rule.account_id][rule.region_name].send_message(
        queue_name=find_queue(queue_arn).name,  # type: ignore[union-attr]
        message_body=body_of(event),
        message_attributes={
            "RULE_ARN": attribute(rule.arn),
            "TARGET_ARN": attribute(target["Arn"]),
            "ERROR_CODE": attribute("NO_PERMISSIONS"),
            "ERROR_MESSAGE": attribute(LOST[-1]["reason"] if LOST else "unreachable"),
        },
    )
    return True


def transform(input_template: str | None, input_paths_map: dict[str, str], event: Any) -> Any:
    """The event as the target gets it: whole, or its template filled in."""
    if not input_template:
        return {name: event[name] for name in ENVELOPE if name in event}
    values: dict[str, Any] = {
        "aws.events.event.json": {name: event[name] for name in ENVELOPE if name in event},
        "aws.events.event.ingestion-time": event.get("ingestion-time"),
    }
    for name, path in input_paths_map.items():
        found = parse(path.replace("$.detail-type", '$."detail-type"')).find(event)
        values[name] = found[0].value if found else None
    return fill(input_template, values)


def fill(template: str, values: dict[str, Any]) -> Any:
    """A placeholder outside quotes becomes JSON, one within quotes text without quotation marks."""
    parts: list[str] = []
    position, in_quotes = 0, False
    for match in re.finditer(r"<([A-Za-z0-9_.\-]+)>", template):
        literal = template[position : match.start()]
        in_quotes ^= len(re.findall(r'(?<!\\)"', literal)) % 2 == 1
        value = values.get(match.group(1), match.group(0))
        if not in_quotes:
            parts += [literal, json.dumps(value)]
        else:
            parts += [literal, json.dumps(bare(value))[1:-1]]
        position = match.end()
    filled = "".join([*parts, template[position:]])
    try:
        return json.loads(filled)
    except ValueError:
        return filled


def bare(value: Any) -> str:
    """An object as EventBridge writes it into text: {instance-id:i-0123456789,state:RUNNING}."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{bare(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(bare(each) for each in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)


def iso_8601(moment: Any) -> str:
    if isinstance(moment, str):
        return moment
    return str(iso_8601_datetime_without_milliseconds(utcfromtimestamp(float(moment))))

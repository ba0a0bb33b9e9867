"""The actions, resources and condition keys that a call needs.

From the Service Authorization Reference, for what our functions, pipe and pollers call. A call that
is not listed needs its action on `*`, so a role with least privilege is refused, as it should be.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable
from datetime import UTC, datetime

from local_cloud import ACCOUNT
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate import (
    account_permissions,
    automation_permissions,
    principals,
    ses_permissions,
)
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.dynamodb_permissions import dynamodb
from local_cloud.gate.iam_permissions import iam
from local_cloud.gate.policy import Request

Context = dict[str, list[str]]


def needed(call: ApiCall) -> list[Request]:
    now = ACTIVITY.clock.now()
    context: Context = {
        "aws:SecureTransport": ["true"],
        "aws:RequestedRegion": [call.region],
        "aws:ResourceAccount": [ACCOUNT],
        "aws:SourceIp": ["127.0.0.1"],
        "aws:CurrentTime": [datetime.fromtimestamp(now, UTC).isoformat()],
        "aws:EpochTime": [str(int(now))],
    }
    rule = RULES.get(call.service)
    pairs = rule(call) if rule else [(f"{call.service}:{call.operation}", "*", {})]
    return [Request(action, resource, context | extra) for action, resource, extra in pairs]


Needs = list[tuple[str, str, Context]]


def streams(call: ApiCall) -> Needs:
    p = call.parameters
    if call.operation == "ListStreams":  # of one table, or of all
        table = p.get("TableName", "*")
        arn = f"arn:aws:dynamodb:{call.region}:{ACCOUNT}:table/{table}/stream/*"
        return [("dynamodb:ListStreams", arn, {})]
    arn = p.get("StreamArn") or p.get("ShardIterator", "*").split("|")[0]
    return [(f"dynamodb:{call.operation}", arn, {})]


def sqs(call: ApiCall) -> Needs:
    p = call.parameters
    if call.operation.endswith(("MessageMoveTask", "MessageMoveTasks")):
        return message_move(call)
    name = p.get("QueueUrl", p.get("QueueName", "*")).rpartition("/")[2]
    operation = call.operation.removesuffix("Batch")
    return [(f"sqs:{operation}", f"arn:aws:sqs:{call.region}:{ACCOUNT}:{name}", {})]


def message_move(call: ApiCall) -> Needs:
    """A move receives and sends in the name of whoever starts it."""
    source = call.parameters.get("SourceArn", "*")
    needs: Needs = [(f"sqs:{call.operation}", source, {})]
    if call.operation == "StartMessageMoveTask":
        taking = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        needs += [(f"sqs:{action}", source, {}) for action in taking]
        needs.append(("sqs:SendMessage", call.parameters.get("DestinationArn", "*"), {}))
    return needs


def s3(call: ApiCall) -> Needs:
    bucket, key = call.parameters.get("Bucket", ""), call.parameters.get("Key", "")
    if call.operation in ("ListObjectsV2", "ListObjects", "HeadBucket"):
        prefix = call.parameters.get("Prefix")
        return [
            (
                "s3:ListBucket",
                f"arn:aws:s3:::{bucket}",
                {"s3:prefix": [prefix]} if prefix is not None else {},
            )
        ]
    operation = "GetObject" if call.operation == "HeadObject" else call.operation
    arn = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    return [(f"s3:{operation}", arn, {})]


def ssm(call: ApiCall) -> Needs:
    if call.operation in automation_permissions.OPERATIONS:
        return automation_permissions.automation(call)
    p = call.parameters
    names = p.get("Names") or [p.get("Name") or p.get("Path") or "*"]
    needs: Needs = []
    for name in names:
        bare = str(name).split(":")[0]
        arn = f"arn:aws:ssm:{call.region}:{ACCOUNT}:parameter/{bare.lstrip('/')}"
        needs.append((f"ssm:{call.operation}", arn, {}))
        key = principals.ssm_key(call.region, bare) if p.get("WithDecryption") else None
        if key:
            needs.append(
                (
                    "kms:Decrypt",
                    key,
                    {
                        "kms:ViaService": [f"ssm.{call.region}.amazonaws.com"],
                        "kms:EncryptionContext:PARAMETER_ARN": [arn],
                    },
                )
            )
    return needs


def kms(call: ApiCall) -> Needs:
    identifier = str(call.parameters.get("KeyId", "*"))
    extra: Context = {}
    if "alias/" in identifier:
        extra["kms:RequestAlias"] = [identifier[identifier.index("alias/") :]]
    for name, value in (call.parameters.get("EncryptionContext") or {}).items():
        extra[f"kms:EncryptionContext:{name}"] = [value]
    return [(f"kms:{call.operation}", principals.key_arn(call.region, identifier), extra)]


def events(call: ApiCall) -> Needs:
    p = call.parameters
    if call.operation in ("DescribeRule", "ListTargetsByRule"):
        bus, rule = p.get("EventBusName") or "default", p.get("Rule") or p.get("Name")
        place = rule if bus == "default" else f"{str(bus).rpartition('/')[2]}/{rule}"
        arn = f"arn:aws:events:{call.region}:{ACCOUNT}:rule/{place}"
        return [(f"events:{call.operation}", arn, {})]
    if call.operation != "PutEvents":
        return [(f"events:{call.operation}", "*", {})]
    buses = {
        str(entry.get("EventBusName") or "default").rpartition("/")[2]
        for entry in p.get("Entries", [])
    }
    return [
        (f"events:{call.operation}", f"arn:aws:events:{call.region}:{ACCOUNT}:event-bus/{bus}", {})
        for bus in buses or {"default"}
    ]


def logs(call: ApiCall) -> Needs:
    p, action = call.parameters, f"logs:{call.operation}"
    base = f"arn:aws:logs:{call.region}:{ACCOUNT}:log-group:"
    if call.operation == "PutLogEvents":
        place = f"{base}{p.get('logGroupName')}:log-stream:{p.get('logStreamName')}"
        return [(action, place, {})]
    groups = p.get("logGroupNames") or [p.get("logGroupName")]
    return [(action, f"{base}{group}:*" if group else "*", {}) for group in groups]


def lambda_function(call: ApiCall) -> Needs:
    name = str(call.parameters.get("FunctionName", "*")).rpartition(":function:")[2]
    operation = "InvokeFunction" if call.operation == "Invoke" else call.operation
    if operation == "ListEventSourceMappings":  # of one function, or of all
        return [(f"lambda:{operation}", "*", {})]
    return [(f"lambda:{operation}", f"arn:aws:lambda:{call.region}:{ACCOUNT}:function:{name}", {})]


def sns(call: ApiCall) -> Needs:
    return [(f"sns:{call.operation}", call.parameters.get("TopicArn") or "*", {})]


def pipes(call: ApiCall) -> Needs:
    arn = f"arn:aws:pipes:{call.region}:{ACCOUNT}:pipe/{call.parameters.get('Name', '*')}"
    return [(f"pipes:{call.operation}", arn, {})]


def scheduler(call: ApiCall) -> Needs:
    p, action = call.parameters, f"scheduler:{call.operation}"
    if "Name" not in p or call.operation.endswith("Group"):
        return [(action, "*", {})]
    place = f"schedule/{p.get('GroupName') or 'default'}/{p['Name']}"
    return [(action, f"arn:aws:scheduler:{call.region}:{ACCOUNT}:{place}", {})]


def cloudwatch(call: ApiCall) -> Needs:
    """Composite alarms are shown only to who may describe all that there is.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    """
    p, action = call.parameters, f"cloudwatch:{call.operation}"
    if call.operation != "DescribeAlarms" or "CompositeAlarm" in p.get("AlarmTypes", []):
        return [(action, "*", {})]
    base = f"arn:aws:cloudwatch:{call.region}:{ACCOUNT}:alarm:"
    return [(action, base + name, {}) for name in p.get("AlarmNames") or ["*"]]


RULES: dict[str, Callable[[ApiCall], Needs]] = {
    "dynamodb": dynamodb,
    "dynamodbstreams": streams,
    "sqs": sqs,
    "s3": s3,
    "ssm": ssm,
    "kms": kms,
    "iam": iam,
    "sesv2": ses_permissions.second,
    "ses": ses_permissions.first,
    "events": events,
    "logs": logs,
    "lambda": lambda_function,
    "sns": sns,
    "pipes": pipes,
    "scheduler": scheduler,
    "cloudwatch": cloudwatch,
    "xray": account_permissions.xray,
    "resource-groups": account_permissions.resource_groups,
}

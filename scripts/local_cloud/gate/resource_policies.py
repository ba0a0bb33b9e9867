"""Whether a resource's own policy lets a service in, and what all such policies grant.

Services act by the policies of what they touch: queue, bucket, topic, log group, key, or the role
that they assume.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.xray.models import xray_backends

from local_cloud import ACCOUNT
from local_cloud.gate.policy import Document, Request, as_list, is_allowed
from local_cloud.gate.principals import PARTITION, bucket_policy, deployed_roles, parsed
from local_cloud.rights.call_record import RECORD
from local_cloud.rights.usage import USAGE

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def admits(owners: Iterable[str], request: Request) -> bool:
    """Whether any of these policies allows the request. Those that do count as used."""
    policies = every_policy()
    asked = {owner: policies[owner] for owner in owners if owner in policies}
    if not is_allowed([each for documents in asked.values() for each in documents], request):
        service = str(request.principal_service)
        RECORD.refused(service, f"{service}: {request.action} on {request.resource}")
        return False
    for owner, documents in asked.items():
        USAGE.note(owner, documents, request)
    return True


def asked(given: dict[str, Any]) -> bool:
    """The same question as it comes from outside this process."""
    request = Request(
        given["action"],
        given["resource"],
        given.get("context", {}),
        principal_service=given["service"],
    )
    return admits([given["owner"]], request)


def every_policy() -> dict[str, list[Document]]:
    return {owner: documents for owner, documents in found() if documents}


def found() -> Iterator[tuple[str, list[Document]]]:
    for regions in (sqs_backends, sns_backends, logs_backends, xray_backends, kms_backends):
        for backend in regions[ACCOUNT].values():
            yield from OF_BACKEND[type(backend).__name__](backend)
    for backend in lambda_backends[ACCOUNT].values():
        for function in backend.list_functions():
            statements = getattr(function.policy, "statements", [])
            yield f"function {function.function_name}", [{"Statement": statements}]
    for bucket in s3_backends[ACCOUNT][PARTITION].buckets:
        policy = bucket_policy(bucket)
        yield f"bucket {bucket}", [policy] if policy else []
    for role in deployed_roles():
        yield f"trust of {role.name}", [parsed(role.assume_role_policy_document)]


def of_queues(backend: Any) -> Iterator[tuple[str, list[Document]]]:
    for queue in backend.queues.values():
        yield f"queue {queue.name}", [json.loads(queue.policy)] if queue.policy else []


def of_topics(backend: Any) -> Iterator[tuple[str, list[Document]]]:
    for topic in backend.topics.values():
        policy = json.loads(topic.policy)
        is_default = policy.get("Id") == "__default_policy_ID"
        yield f"topic {topic.name}", [] if is_default else [policy]


def of_logs(backend: Any) -> Iterator[tuple[str, list[Document]]]:
    for name, policy in backend.resource_policies.items():
        yield f"log policy {name}", [json.loads(policy.policy_document)]


def of_xray(backend: Any) -> Iterator[tuple[str, list[Document]]]:
    settings = backend.__dict__.get("settings", {})
    for name, policy in settings.get("policies", {}).items():
        yield f"X-Ray policy {name}", [json.loads(policy["PolicyDocument"])]


def of_keys(backend: Any) -> Iterator[tuple[str, list[Document]]]:
    """The key policies without the statement that every key begins with, which delegates to IAM who
    may use the key.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    for key in backend.keys.values():
        statements = [
            each
            for each in as_list(json.loads(key.policy).get("Statement"))
            if each.get("Principal") != {"AWS": ROOT}
        ]
        yield f"key {key.id}", [{"Statement": statements}] if statements else []


OF_BACKEND = {
    "SQSBackend": of_queues,
    "SNSBackend": of_topics,
    "LogsBackend": of_logs,
    "XRayBackend": of_xray,
    "KmsBackend": of_keys,
}

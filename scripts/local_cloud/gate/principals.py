"""Who owns an access key, its secret, and the owner's policies. Read from moto's IAM and STS."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import FakeDeleteMarker, s3_backends
from moto.sts.models import sts_backends

from local_cloud import (
    ACCOUNT,
    ADMINISTRATOR_KEY,
    ADMINISTRATOR_SECRET,
    OPERATOR,
    OPERATOR_KEY,
    OPERATOR_SECRET,
)
from local_cloud.gate.policy import Document, Request, as_list, principal_matches
from local_cloud.gate.signature import Secret

PARTITION = "aws"


@dataclass(frozen=True)
class Principal:
    """The owner of an access key, with its secret and its policies."""

    arn: str
    secret: Secret
    is_administrator: bool = False
    documents: list[Document] = field(default_factory=list)
    boundary: Document | None = None
    owner: str | None = None  # the role, or the operator, whose use of its policy is recorded


ADMINISTRATOR = Principal(
    f"arn:aws:iam::{ACCOUNT}:user/administrator", Secret(ADMINISTRATOR_SECRET), True
)


def find(access_key: str) -> Principal | None:
    if access_key == ADMINISTRATOR_KEY:
        return ADMINISTRATOR
    iam = iam_backends[ACCOUNT][PARTITION]
    session = next(
        (
            role
            for role in sts_backends[ACCOUNT][PARTITION].assumed_roles
            if role.access_key_id == access_key
        ),
        None,
    )
    if session is not None:
        return of_session(iam, session)
    if access_key == OPERATOR_KEY:
        return of_operator(iam)
    for user in iam.users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key and key.status == "Active":
                return Principal(
                    user.arn,
                    Secret(key.secret_access_key),
                    documents=documents_of_user(iam, user),
                    boundary=boundary_of(iam, user),
                )
    return None


def of_operator(iam: Any) -> Principal | None:
    """The operator. All sessions of its role have one key here, which does not expire."""
    role = next((each for each in iam.roles.values() if each.name == OPERATOR), None)
    if role is None:
        return None
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{OPERATOR}/ses-mail"
    return Principal(
        arn,
        Secret(OPERATOR_SECRET),
        documents=documents_of(role),
        boundary=boundary_of(iam, role),
        owner=OPERATOR,
    )


def of_session(iam: Any, session: Any) -> Principal | None:
    try:
        role = iam.get_role_by_arn(session.role_arn)
    except Exception:
        return None
    expiration = session.expiration
    if expiration.tzinfo is None:
        expiration = expiration.replace(tzinfo=UTC)
    return Principal(
        session.arn,
        Secret(session.secret_access_key, session.session_token, expiration <= datetime.now(UTC)),
        documents=documents_of(role),
        boundary=boundary_of(iam, role),
        owner=str(role.name),
    )


def boundary_of(iam: Any, owner: Any) -> Document | None:
    """The permissions boundary of a user or a role, or None."""
    arn = getattr(owner, "permissions_boundary_arn", None)
    return document_of(iam.managed_policies[arn]) if arn else None


def boundary_arn(user: str | None, role: str | None) -> str | None:
    iam = iam_backends[ACCOUNT][PARTITION]
    roles = (each for each in iam.roles.values() if each.name == role)
    owner = iam.users.get(user) if user else next(roles, None)
    return getattr(owner, "permissions_boundary_arn", None)


def trusts(role_arn: str, service: str) -> bool:
    """Whether the role exists and names the service in its trust policy, on any condition."""
    roles = iam_backends[ACCOUNT][PARTITION].roles.values()
    documents = [parsed(each.assume_role_policy_document) for each in roles if each.arn == role_arn]
    return any(
        principal_matches(statement, Request("sts:AssumeRole", role_arn, principal_service=service))
        for document in documents
        for statement in as_list(document.get("Statement"))
    )


def managed_policy_exists(arn: str) -> bool:
    return arn in iam_backends[ACCOUNT][PARTITION].managed_policies


def deployed_roles() -> list[Any]:
    """The roles that Terraform deployed, without the operator's, which people make by hand."""
    roles = iam_backends[ACCOUNT][PARTITION].roles.values()
    return [role for role in roles if role.name != OPERATOR]


def documents_of_roles() -> dict[str, list[Document]]:
    return {str(role.name): documents_of(role) for role in deployed_roles()}


def documents_of(owner: Any) -> list[Document]:
    inline = [parsed(document) for document in owner.policies.values()]
    return inline + [document_of(policy) for policy in owner.managed_policies.values()]


def document_of(policy: Any) -> Document:
    """The document of a managed policy, in the version that is in force."""
    versions = {each.version_id: each.document for each in policy.versions}
    return parsed(versions[policy.default_version_id])


def documents_of_user(iam: Any, user: Any) -> list[Document]:
    """The user's own policies and those of its groups."""
    owners = [user, *iam.get_groups_for_user(user.name)]
    return [document for owner in owners for document in documents_of(owner)]


def parsed(document: Any) -> Document:
    if isinstance(document, dict):
        return document
    text = str(document)
    value: Document = json.loads(unquote(text) if text.startswith("%7B") else text)
    return value


def user_secret(access_key: str, only_active: bool = False) -> str | None:
    """The secret of a user's key, active or not."""
    for user in iam_backends[ACCOUNT][PARTITION].users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key and (key.status == "Active" or not only_active):
                return str(key.secret_access_key)
    return None


def user_tags(user_name: str) -> dict[str, str]:
    user = iam_backends[ACCOUNT][PARTITION].users.get(user_name)
    if user is None:
        return {}
    tags = user.tags or []
    if isinstance(tags, dict):
        return {
            str(k): str(v.get("Value", v) if isinstance(v, dict) else v) for k, v in tags.items()
        }
    return {tag["Key"]: tag["Value"] for tag in tags}


def key_arn(region: str, identifier: str) -> str:
    """The ARN of a KMS key. Policies name keys and not their aliases."""
    backend = kms_backends[ACCOUNT][region]
    try:
        key_id = backend.any_id_to_key_id(identifier)
        return str(backend.keys[key_id].arn)
    except Exception:
        return f"arn:aws:kms:{region}:{ACCOUNT}:key/{identifier}"


def hash_key_name(region: str, table: str) -> str:
    found = dynamodb_backends[ACCOUNT][region].tables.get(table)
    return str(found.hash_key_attr) if found is not None else "PK"


def bucket_policy(bucket: str) -> Document | None:
    found = s3_backends[ACCOUNT][PARTITION].buckets.get(bucket)
    return (
        parsed(found.policy.decode() if isinstance(found.policy, bytes) else found.policy)
        if found is not None and found.policy
        else None
    )


def object_exists(bucket: str, key: str) -> bool:
    found = s3_backends[ACCOUNT][PARTITION].buckets.get(bucket)
    if found is None or key not in found.keys:
        return False
    return not isinstance(found.keys[key], FakeDeleteMarker)


def ssm_key(region: str, name: str) -> str | None:
    """The KMS key of a SecureString that is not under AWS's own key."""
    from moto.ssm.models import ssm_backends

    try:
        parameter = ssm_backends[ACCOUNT][region].get_parameter(name)
    except Exception:
        return None
    if parameter is None or parameter.parameter_type != "SecureString":
        return None
    key = parameter.keyid
    return None if not key or key == "alias/aws/ssm" else key_arn(region, key)

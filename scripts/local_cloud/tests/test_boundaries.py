"""A permissions boundary limits what a user or a role may do, and who may make which user."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud import ACCOUNT
from local_cloud.connection.aws import Cloud, Credentials
from local_cloud.gate.boundaries import reason, within
from local_cloud.gate.policy import Request, Verdict
from local_cloud.tests.functions import LOCAL, allow, make_role, policy
from local_cloud.tests.test_permissions import denied

USERS = f"arn:aws:iam::{ACCOUNT}:user/smtp-*"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SEND = allow(
    ["ses:SendRawEmail"],
    f"arn:aws:ses:{LOCAL}:identity/*",
    StringLike={"ses:FromAddress": "*@example.com"},
)


@pytest.fixture
def boundary(cloud: Cloud) -> str:
    answer = cloud.client("iam").create_policy(PolicyName="boundary", PolicyDocument=policy(SEND))
    return str(answer["Policy"]["Arn"])


@pytest.fixture
def manager(cloud: Cloud, boundary: str) -> Any:
    """IAM as the role of a function that makes users."""
    within_boundary = allow(
        [
            "iam:CreateUser",
            "iam:PutUserPolicy",
            "iam:DeleteUserPolicy",
            "iam:PutUserPermissionsBoundary",
        ],
        USERS,
        StringEquals={"iam:PermissionsBoundary": boundary},
    )
    keys = allow(["iam:CreateAccessKey", "iam:GetUser", "iam:TagUser"], USERS)
    role = make_role(cloud, "manager", "lambda.amazonaws.com", [within_boundary, keys])
    return cloud.assume(role, "manager").client("iam")


def user(cloud: Cloud, name: str) -> Cloud:
    key = cloud.client("iam").create_access_key(UserName=name)["AccessKey"]
    return cloud.called_with(Credentials(key["AccessKeyId"], key["SecretAccessKey"]))


def raw(sender: str) -> dict[str, Any]:
    return {
        "Source": sender,
        "Destinations": ["a@b.example"],
        "RawMessage": {"Data": f"From: {sender}\r\n\r\nx".encode()},
    }


def test_a_role_that_must_set_the_boundary_can_make_no_user_without_it(
    cloud: Cloud, manager: Any, boundary: str
) -> None:
    assert denied(manager.create_user, UserName="smtp-a")
    assert denied(manager.create_user, UserName="smtp-a", PermissionsBoundary=ADMINISTRATOR)
    tags = [{"Key": "Environment", "Value": "test"}]
    made = manager.create_user(UserName="smtp-a", PermissionsBoundary=boundary, Tags=tags)["User"]
    assert made["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": boundary,
    }
    assert (
        manager.get_user(UserName="smtp-a")["User"]["PermissionsBoundary"]
        == (made["PermissionsBoundary"])
    )
    assert "PermissionsBoundary" not in cloud.client("iam").list_users()["Users"][0]


def test_a_role_confined_to_the_boundary_cannot_change_a_user_without_it(
    cloud: Cloud, manager: Any, boundary: str
) -> None:
    cloud.client("iam").create_user(UserName="smtp-old")
    put = {
        "UserName": "smtp-old",
        "PolicyName": "send",
        "PolicyDocument": policy(allow(["*"], "*")),
    }
    assert denied(manager.put_user_policy, **put)
    assert denied(
        manager.put_user_permissions_boundary,
        UserName="smtp-old",
        PermissionsBoundary=ADMINISTRATOR,
    )
    manager.put_user_permissions_boundary(UserName="smtp-old", PermissionsBoundary=boundary)
    assert not denied(manager.put_user_policy, **put)
    assert denied(manager.delete_user_permissions_boundary, UserName="smtp-old")


@pytest.mark.parametrize("way", ["inline", "attached", "group"])
def test_a_user_within_the_boundary_can_only_send_even_with_an_administrators_policy(
    cloud: Cloud, boundary: str, way: str
) -> None:
    cloud.client("ses").verify_domain_identity(Domain="example.com")
    iam = cloud.client("iam")
    iam.create_user(UserName="smtp-a", PermissionsBoundary=boundary)
    if way == "inline":
        everything = policy(allow(["*"], "*"))
        iam.put_user_policy(UserName="smtp-a", PolicyName="all", PolicyDocument=everything)
    elif way == "attached":
        iam.attach_user_policy(UserName="smtp-a", PolicyArn=ADMINISTRATOR)
    else:
        iam.create_group(GroupName="administrators")
        iam.attach_group_policy(GroupName="administrators", PolicyArn=ADMINISTRATOR)
        iam.add_user_to_group(GroupName="administrators", UserName="smtp-a")
    bounded = user(cloud, "smtp-a")
    ses = bounded.client("ses")
    assert not denied(ses.send_raw_email, **raw("me@example.com"))
    assert denied(ses.send_raw_email, **raw("boss@elsewhere.example"))
    assert denied(bounded.client("iam").list_users)
    assert denied(bounded.client("iam").delete_user_permissions_boundary, UserName="smtp-a")
    assert denied(bounded.client("s3").list_buckets)


def test_a_boundary_grants_nothing_by_itself(cloud: Cloud, boundary: str) -> None:
    cloud.client("ses").verify_domain_identity(Domain="example.com")
    cloud.client("iam").create_user(UserName="smtp-a", PermissionsBoundary=boundary)
    assert denied(user(cloud, "smtp-a").client("ses").send_raw_email, **raw("me@example.com"))


def test_a_boundary_that_is_changed_or_taken_away_counts_at_once(
    cloud: Cloud, boundary: str
) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="smtp-a", PermissionsBoundary=boundary)
    iam.attach_user_policy(UserName="smtp-a", PolicyArn=ADMINISTRATOR)
    bounded = user(cloud, "smtp-a").client("iam")
    assert denied(bounded.list_users)
    iam.delete_user_permissions_boundary(UserName="smtp-a")
    assert not denied(bounded.list_users)
    iam.create_policy_version(
        PolicyArn=boundary, PolicyDocument=policy(allow(["s3:*"], "*")), SetAsDefault=True
    )
    iam.put_user_permissions_boundary(UserName="smtp-a", PermissionsBoundary=boundary)
    with pytest.raises(ClientError, match="no permissions boundary allows the iam:ListUsers"):
        bounded.list_users()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_user_permissions_boundary(UserName="nobody")


def test_a_roles_boundary_limits_its_sessions(cloud: Cloud, boundary: str) -> None:
    role = make_role(cloud, "wide", "lambda.amazonaws.com", [allow(["*"], "*")])
    cloud.client("iam").put_role_permissions_boundary(RoleName="wide", PermissionsBoundary=boundary)
    assert denied(cloud.assume(role, "session").client("sqs").list_queues)


def test_a_boundary_is_a_policy_that_exists_and_stays_while_it_is_in_use(
    cloud: Cloud, boundary: str
) -> None:
    iam = cloud.client("iam")
    missing = f"arn:aws:iam::{ACCOUNT}:policy/missing"
    with pytest.raises(ClientError, match=r"NoSuchEntity.*not attachable"):
        iam.create_user(UserName="smtp-a", PermissionsBoundary=missing)
    iam.create_user(UserName="smtp-a", PermissionsBoundary=boundary)
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_policy(PolicyArn=boundary)
    iam.delete_user(UserName="smtp-a")
    iam.delete_policy(PolicyArn=boundary)


ALL = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
NONE: dict[str, Any] = {"Statement": []}
DENY = {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


@pytest.mark.parametrize(
    ("own", "limit", "expected", "words"),
    [
        (ALL, None, Verdict.ALLOW, None),
        (ALL, ALL, Verdict.ALLOW, None),
        (NONE, ALL, Verdict.IMPLICIT_DENY, "no identity-based policy"),
        (ALL, NONE, Verdict.IMPLICIT_DENY, "no permissions boundary"),
        (NONE, NONE, Verdict.IMPLICIT_DENY, "no identity-based policy"),
        (NONE, DENY, Verdict.EXPLICIT_DENY, "explicit deny in a permissions boundary"),
        (DENY, ALL, Verdict.EXPLICIT_DENY, "explicit deny"),
    ],
)
def test_a_request_has_to_pass_the_policies_and_the_boundary(
    own: Any, limit: Any, expected: Verdict, words: str | None
) -> None:
    request = Request("a:B", "r")
    verdict = within([own], limit, request)
    assert verdict is expected
    assert words is None or words in reason([own], limit, request, verdict)

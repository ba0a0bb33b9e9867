"""The permissions of a call of IAM, and the condition keys about the user or role it names.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from local_cloud import ACCOUNT
from local_cloud.gate import principals
from local_cloud.gate.api_call import ApiCall

Context = dict[str, list[str]]
Needs = list[tuple[str, str, Context]]

# `iam:PermissionsBoundary` is the boundary that the call sets, or else the one that is there.
SETTING_A_BOUNDARY = (
    "CreateUser",
    "CreateRole",
    "PutUserPermissionsBoundary",
    "PutRolePermissionsBoundary",
)
WITHIN_A_BOUNDARY = tuple(
    f"{verb}{kind}{what}"
    for kind in ("User", "Role")
    for verb, what in (
        ("Attach", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
        ("Delete", "Policy"),
        ("Delete", "PermissionsBoundary"),
    )
)


def iam(call: ApiCall) -> Needs:
    user, role = call.parameters.get("UserName"), call.parameters.get("RoleName")
    extra: Context = {}
    if user:
        extra |= {f"aws:ResourceTag/{k}": [v] for k, v in principals.user_tags(user).items()}
    tags = call.parameters.get("Tags") or []
    for tag in tags:
        extra[f"aws:RequestTag/{tag['Key']}"] = [tag.get("Value", "")]
    if tags:
        extra["aws:TagKeys"] = [tag["Key"] for tag in tags]
    resource = resource_of(user, role)
    needs: Needs = [(f"iam:{call.operation}", resource, extra | boundary(call, user, role))]
    if call.operation == "CreateUser" and tags:
        needs.append(("iam:TagUser", resource, extra))
    return needs


def resource_of(user: str | None, role: str | None) -> str:
    if user:
        return f"arn:aws:iam::{ACCOUNT}:user/{user}"
    return f"arn:aws:iam::{ACCOUNT}:role/{role}" if role else "*"


def boundary(call: ApiCall, user: str | None, role: str | None) -> Context:
    found: str | None = None
    if call.operation in SETTING_A_BOUNDARY:
        found = call.parameters.get("PermissionsBoundary")
    elif call.operation in WITHIN_A_BOUNDARY:
        found = principals.boundary_arn(user, role)
    return {"iam:PermissionsBoundary": [found]} if found else {}

"""IAM: AWS's managed policies, users' permissions boundaries, and nothing deleted that is in use.

Bug of moto: DeleteUser deletes a user that still has access keys, and DeletePolicy a policy that is
attached or is a boundary.

Feature: moto gives only roles a permissions boundary.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
"""

from typing import Any

from moto.core.config import default_user_config
from moto.core.responses import ActionResult, EmptyResult
from moto.core.serialize import never_return, return_if_not_empty
from moto.iam.exceptions import DeleteConflictException, NotFoundException
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

from local_cloud.additions.patching import add, wrap


def install() -> None:
    default_user_config["iam"]["load_aws_managed_policies"] = True
    bound_users()

    @wrap(IAMBackend, "delete_user")
    def delete_user(original: Any, backend: Any, user_name: str) -> None:
        user = backend.users.get(user_name)
        if user is not None and user.access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        original(backend, user_name)

    @wrap(IAMBackend, "delete_policy")
    def delete_policy(original: Any, backend: Any, policy_arn: str) -> None:
        owners = [*backend.users.values(), *backend.roles.values()]
        is_boundary = any(each.permissions_boundary_arn == policy_arn for each in owners)
        if is_boundary or backend.get_policy(policy_arn).attachment_count > 0:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        original(backend, policy_arn)


def bound_users() -> None:
    """A user's boundary is kept as moto keeps a role's, and returned in the same places."""
    User.permissions_boundary_arn = None
    User.permissions_boundary = property(permissions_boundary)
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER |= {
        "CreateUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "GetUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "ListUsersResponse.Users.User.PermissionsBoundary": never_return,
    }
    add(IamResponse, put_user_permissions_boundary, delete_user_permissions_boundary)

    @wrap(IamResponse, "create_user")
    def create_user(original: Any, response: Any) -> ActionResult:
        answer: ActionResult = original(response)
        user = response.backend.get_user(response._get_param("UserName"))
        user.permissions_boundary_arn = response._get_param("PermissionsBoundary")
        return answer


def permissions_boundary(user: Any) -> dict[str, str] | None:
    """A user's boundary as IAM answers it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
    """
    arn = user.permissions_boundary_arn
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def put_user_permissions_boundary(response: Any) -> ActionResult:
    user = response.backend.get_user(response._get_param("UserName"))
    user.permissions_boundary_arn = response._get_param("PermissionsBoundary")
    return EmptyResult()


def delete_user_permissions_boundary(response: Any) -> ActionResult:
    user = response.backend.get_user(response._get_param("UserName"))
    if user.permissions_boundary_arn is None:
        raise NotFoundException(f"The user {user.name} has no permissions boundary.")
    user.permissions_boundary_arn = None
    return EmptyResult()

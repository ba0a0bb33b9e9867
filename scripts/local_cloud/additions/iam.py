"""IAM: AWS's managed policies exist, and a user goes last.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
"""

from typing import Any

from moto.core.config import default_user_config
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

from local_cloud.additions.patching import wrap


def install() -> None:
    default_user_config["iam"]["load_aws_managed_policies"] = True

    @wrap(IAMBackend, "delete_user")
    def delete_user(original: Any, backend: Any, user_name: str) -> None:
        user = backend.users.get(user_name)
        if user is not None and user.access_keys:
            raise DeleteConflictException("Cannot delete entity, must delete access keys first.")
        original(backend, user_name)

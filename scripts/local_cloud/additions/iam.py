"""IAM: AWS's managed policies exist."""

from moto.core.config import default_user_config


def install() -> None:
    default_user_config["iam"]["load_aws_managed_policies"] = True

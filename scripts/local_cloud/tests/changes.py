"""Changes, as Terraform shows them in a plan."""

from typing import Any

NAMES = {"aws_s3_bucket": "email", "aws_dynamodb_table": "routing", "aws_kms_key": "smtp"}


def change(kind: str, before: Any, after: Any, *actions: str) -> dict[str, Any]:
    if not actions:
        actions = ("update",) if before and after else ("create",) if after else ("delete",)
    described = {"actions": list(actions), "before": before, "after": after}
    name = NAMES.get(kind, "one")
    address = f"module.ses_mail.{kind}.{name}"
    return {
        "address": address, "type": kind, "name": name, "mode": "managed", "change": described
    }  # fmt: skip

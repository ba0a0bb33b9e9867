"""S3: our gate judges bucket policies: moto takes a Deny whose condition is not met as a Deny."""

from moto.iam.access_control import PermissionResult
from moto.s3 import models


def install() -> None:
    models.FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

"""S3: bucket policies are left to the gate, and delete markers can be deleted.

Bug of moto: a Deny whose condition is not met denies, and the deletion of a delete marker fails,
for it lacks the method that disposes of its bytes.
"""

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3 import models


def install() -> None:
    models.FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
    models.FakeDeleteMarker.dispose = dispose


def dispose(marker: Any, garbage: bool = False) -> None:
    """moto calls this for each version that is deleted; a marker holds no bytes."""

"""S3: our gate judges bucket policies: moto takes a Deny whose condition is not met as a Deny.

And the marker that a deletion leaves in a bucket with versions can be deleted as well.
"""

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3 import models


def install() -> None:
    models.FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
    models.FakeDeleteMarker.dispose = dispose


def dispose(marker: Any, garbage: bool = False) -> None:
    """What moto asks of each version that goes; a marker holds no bytes."""

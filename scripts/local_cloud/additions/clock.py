"""The world's clock in all of moto.

Feature: moto knows no time but the machine's. STS keeps that one, because nobody here renews a
role's session that ended only because the world's clock was moved.
"""

import sys
from datetime import UTC, datetime

from moto.core import utils
from moto.sts import models as sts

from local_cloud.clock.activity import ACTIVITY


def install() -> None:
    machine = utils.utcnow
    for module in list(sys.modules.values()):
        if getattr(module, "utcnow", None) is machine:
            module.utcnow = utcnow  # type: ignore[attr-defined]
    sts.utcnow = machine


def utcnow() -> datetime:
    return datetime.fromtimestamp(ACTIVITY.clock.now(), UTC).replace(tzinfo=None)

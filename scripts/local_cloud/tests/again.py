"""What follows from the state of a deployment: the same one again, and its picture."""

import shutil
from pathlib import Path
from typing import Any

from local_cloud import ROOT
from local_cloud.deploy import picture
from local_cloud.deploy.kept import Kept
from local_cloud.deploy.terraform import Terraform
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.up import DEFAULT_PACKAGES

# What the end-to-end tests turn on, and the picture has not.
OFF_BY_DEFAULT = {
    "aws_sns_topic.alarms",
    "aws_sns_topic_subscription.alarm_email",
    "aws_scheduler_schedule.canary",
    "aws_scheduler_schedule.digest",
}
DIGEST = "ses-mail-digest-test"


def has_changes_again(kept: Kept, place: Path, **given: Any) -> bool:
    """Whether Terraform would change anything where the kept calls were made again."""
    shutil.copytree(kept.folder, place / "kept")
    copy = Kept(place, kept.ingredients)
    moto = MotoProcess.start(place, 0, 1.0)
    try:
        copy.check()
        assert copy.restore(moto) > 300
        terraform = Terraform(ROOT, place, moto, DEFAULT_PACKAGES, print, "test")
        terraform.init()
        return terraform.has_changes(**given)
    finally:
        moto.stop()


def drawn(work: Path) -> str:
    """The picture of what is deployed, but for what is off by default."""
    found = picture.resources(work / "terraform.tfstate")
    usual = [
        (address, given)
        for address, given in found
        if address not in OFF_BY_DEFAULT and given.get("function_name") != DIGEST
    ]
    assert len(found) > len(usual) > 80
    return picture.picture(usual, "test")

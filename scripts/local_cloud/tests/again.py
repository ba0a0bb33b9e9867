"""What follows from the state of a deployment: the same one again, and its picture."""

import os
import shutil
from pathlib import Path
from typing import Any

from local_cloud import ROOT
from local_cloud.deploy import picture
from local_cloud.deploy.kept import Kept
from local_cloud.deploy.terraform import Terraform
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.up import DEFAULT_PACKAGES


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


def pictures(work: Path) -> tuple[str, str]:
    """The picture of the page, and one of what is deployed as `test`."""
    found = picture.resources(work / "terraform.tfstate")
    assert len(found) > 80
    drawn = picture.picture(found, "test")
    if os.environ.get("RECORD_SNAPSHOTS"):
        picture.PAGE.write_text(picture.with_picture(picture.PAGE.read_text(), drawn))
    return picture.of_page(picture.PAGE.read_text()), drawn

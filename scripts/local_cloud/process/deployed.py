"""The moto of a world with everything applied: by Terraform, or as the last start has kept it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud import ROOT
from local_cloud.deploy.ingredients import ingredients
from local_cloud.deploy.kept import CannotServe, Kept
from local_cloud.deploy.terraform import Terraform, account
from local_cloud.process.moto_process import MotoProcess

Say = Callable[[str], None]


def deployed(
    start: Callable[[], MotoProcess],
    work: Path,
    packages: Path,
    variables: dict[str, Any],
    is_anew: bool,
    say: Say,
) -> Terraform:
    """The environment, with its moto, which `start` starts, empty, once or twice."""
    kept = Kept(work, ingredients(ROOT, packages, variables))
    moto = start()
    say(f"AWS answers at {moto.endpoint}")
    try:
        if is_anew:
            raise CannotServe("asked to apply anew")
        kept.check()
        try:
            made = kept.restore(moto)
        except CannotServe:
            moto.stop()
            moto = start()
            raise
        say(f"{made} calls of the last apply made again: nothing that it was made of has changed")
        terraform = Terraform(ROOT, work, moto, packages, say)
        terraform.write_profile()
        return terraform
    except CannotServe as reason:
        say(f"{reason}; applying terraform/account and environments/local")
    say(
        "this takes some 90 s, in which the provider mostly waits for queues to keep their settings"
    )
    kept.begin(moto)
    account(ROOT, work / "account", moto, say)
    terraform = Terraform(ROOT, work, moto, packages, say)
    terraform.init()
    terraform.apply(**variables)
    kept.keep(moto)
    return terraform

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
    """The environment in a moto that `start` starts: with the kept deployment, or applied anew."""
    kept = Kept(work, ingredients(ROOT, packages, variables))
    try:
        if is_anew:
            raise CannotServe("asked to apply anew")
        moto = with_kept_calls(start, kept, say)
        terraform = Terraform(ROOT, work, moto, packages, say)
        terraform.write_profile()
        return terraform
    except CannotServe as reason:
        say(f"{reason}; applying terraform/account and environments/local")
    say("this takes some 90 s: the provider waits, to see whether queues keep their settings")
    moto = start()
    kept.begin(moto)
    account(ROOT, work / "account", moto, say)
    terraform = Terraform(ROOT, work, moto, packages, say)
    terraform.init()
    terraform.apply(**variables)
    kept.keep(moto)
    return terraform


def with_kept_calls(start: Callable[[], MotoProcess], kept: Kept, say: Say) -> MotoProcess:
    """A moto in which the kept calls were made again; none runs where that fails."""
    kept.check()
    moto = start()
    try:
        made = kept.restore(moto)
    except CannotServe:
        moto.stop()
        raise
    say(f"nothing has changed since the last apply; its {made} calls were made again")
    return moto

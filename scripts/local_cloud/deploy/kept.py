"""The deployment of the last start, kept in the work folder for the next.

Kept are the calls of Terraform, which are made again in a new moto, and the states that Terraform
has of what they made. It serves as long as nothing that it was made of has changed.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from local_cloud.connection import addresses
from local_cloud.gate.recording import moved
from local_cloud.process.moto_process import MotoProcess

NAMED = 3  # so many of the things that have changed are named
MAKE_AGAIN_SECONDS = 120.0


class CannotServe(RuntimeError):
    """Nothing usable is kept; the message says why."""


@dataclass(frozen=True)
class Kept:
    """What is kept in one work folder, and what a deployment would be made of now."""

    work: Path
    ingredients: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.work / "kept"

    @property
    def calls(self) -> Path:
        return self.folder / "calls.jsonl"

    @property
    def states(self) -> dict[Path, Path]:
        """Terraform's states and where they are kept."""
        return {
            self.work / "terraform.tfstate": self.folder / "environment.tfstate",
            self.work / "account" / "terraform.tfstate": self.folder / "account.tfstate",
        }

    @property
    def made_of(self) -> Path:
        """Written last: where it is missing, the rest is incomplete."""
        return self.folder / "ingredients.json"

    def check(self) -> None:
        """Raises CannotServe where nothing is kept, or something that it was made of is another."""
        try:
            before: dict[str, str] = json.loads(self.made_of.read_text())["digests"]
        except FileNotFoundError:
            raise CannotServe("no deployment is kept") from None
        except (ValueError, KeyError, TypeError):
            raise CannotServe(f"{self.made_of} cannot be read") from None
        now = self.ingredients
        changed = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
        if changed:
            more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
            names = ", ".join(changed[:NAMED])
            raise CannotServe(f"what the kept deployment was made of has changed: {names}{more}")

    def restore(self, moto: MotoProcess) -> int:
        """Makes the calls again in an empty moto, which is of no use where this fails, and puts the
        states in their places; returns how many calls there were.
        """
        try:
            host = json.loads(self.made_of.read_text())["host"]
            states = {place: kept.read_text() for place, kept in self.states.items()}
            for state in states.values():
                json.loads(state)  # it is whole
            answer = moto.ask("make-again", self._calls_of(moto), MAKE_AGAIN_SECONDS)
        except (OSError, ValueError, KeyError) as error:
            raise CannotServe(f"the kept deployment cannot be read: {error}") from error
        if answer["differs"]:
            raise CannotServe(f"the kept deployment is made differently now: {answer['differs']}")
        for place, state in states.items():
            place.parent.mkdir(exist_ok=True)
            place.write_text(moved(state, host, host_of(moto)))
        made: int = answer["made"]
        return made

    def begin(self, moto: MotoProcess) -> None:
        """Forgets what is kept, and records what Terraform does from now on."""
        shutil.rmtree(self.folder, ignore_errors=True)
        moto.ask("record", {})

    def keep(self, moto: MotoProcess) -> None:
        self.folder.mkdir(mode=0o700)
        moto.ask("recorded", self._calls_of(moto))
        for state, kept in self.states.items():
            shutil.copyfile(state, kept)
        partial = self.made_of.with_suffix(".partial")
        partial.write_text(json.dumps({"host": host_of(moto), "digests": self.ingredients}))
        partial.rename(self.made_of)

    def _calls_of(self, moto: MotoProcess) -> dict[str, str]:
        return {"file": str(self.calls), "host": host_of(moto)}


def host_of(moto: MotoProcess) -> str:
    return f"{addresses.CLOUD}:{moto.port}"

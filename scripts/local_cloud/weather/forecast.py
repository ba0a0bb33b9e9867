"""The forecast: a seed, how often each kind of trouble comes, and which calls it meets."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

# Each kind with the share of calls that it meets where a forecast names no kind.
KINDS = {
    "throttle": 0.05,  # refused before anything was done
    "fail": 0.02,  # 500 or 503 before the effect
    "failAfter": 0.01,  # 500 or 503 although the effect took place
    "lose": 0.01,  # the connection ends without an answer, before the effect
    "loseAfter": 0.01,  # the connection ends without an answer, after the effect
    "delay": 0.1,  # the call begins later
    "page": 0.3,  # a page of a list has some of the items, or none, and a token
    "partial": 0.2,  # a batch is worked on in part; fewer messages are received
    "inexact": 0.3,  # a queue's approximate numbers are off
    "late": 0.2,  # a read does not see what was just written
    "newUser": 0.2,  # a user of IAM that was just made is unknown, or closed to roles
    "slowMove": 1.0,  # a move of dead letters takes its time
}
TROUBLES = ("throttle", "fail", "failAfter", "lose", "loseAfter")


@dataclass(frozen=True)
class Forecast:
    """`chance` gives the same answers for the same seed, whatever other operations are called."""

    seed: int
    rates: dict[str, float] = field(default_factory=lambda: dict(KINDS))
    services: tuple[str, ...] = ()  # `logs` or `sqs:ReceiveMessage`; none: all
    most_in_a_row: int = 2  # troubles of the same request, then it gets through
    most: int | None = None  # troubles in all
    delay_seconds: float = 1.0  # at most
    move_seconds: float = 3.0  # at most
    page_items: int | None = None  # on a page, at most

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Forecast":
        names = {"seed", "services", *OPTIONS, *KINDS}
        if unknown := sorted(set(given) - names):
            raise ValueError(f"no such member of a forecast: {', '.join(unknown)}")
        rates = {kind: float(given[kind]) for kind in KINDS if kind in given}
        if wrong := [kind for kind, rate in rates.items() if not 0 <= rate <= 1]:
            raise ValueError(f"a rate is from 0 to 1: {', '.join(wrong)}")
        options = {name: given[key] for key, name in OPTIONS.items() if key in given}
        services = tuple(given.get("services", ()))
        return cls(int(given["seed"]), rates or dict(KINDS), services, **options)

    def json(self) -> dict[str, Any]:
        options = {key: getattr(self, name) for key, name in OPTIONS.items()}
        told = {key: value for key, value in options.items() if value is not None}
        return {"seed": self.seed, "services": list(self.services), **told, **self.rates}

    def meets(self, service: str, operation: str) -> bool:
        return not self.services or bool({service, f"{service}:{operation}"} & {*self.services})

    def chance(self, kind: str, name: str, number: int) -> Random | None:
        """Random numbers for a call, by its operation and number, where this kind meets it."""
        chance = Random(f"{self.seed} {kind} {name} {number}")
        return chance if chance.random() < self.rates.get(kind, 0.0) else None


OPTIONS = {
    "mostInARow": "most_in_a_row",
    "most": "most",
    "delaySeconds": "delay_seconds",
    "moveSeconds": "move_seconds",
    "pageItems": "page_items",
}

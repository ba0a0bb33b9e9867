"""The plan of what goes wrong during a soak: by its seed, each fault with a start and an end.

A fault lasts from one mail to another. So the same seed and size give the same plan, on a machine
of any speed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local_cloud.mailbox.faults import Fault

MAILS_A_ROUND = 250  # so many mails have each fault once
MEGABYTE = 1024 * 1024
ALWAYS = 10**6
Options = dict[str, Any]


@dataclass(frozen=True)
class Spell:
    """A fault, the mail before which it begins, and the mail before which it ends."""

    name: str
    kind: str  # google, weather, refusing, skew, disk or memory
    start: int
    end: int
    options: Options = field(default_factory=dict)


def google(kind: str, at: str, **options: Any) -> Callable[[Random], tuple[str, Options]]:
    """A fault of Google that meets some of the requests of a kind."""

    def make(chance: Random) -> tuple[str, Options]:
        # A status is met with patience: where each try gets one, a delivery takes minutes.
        every = chance.choice((2, 3) if kind == "status" else (1, 2, 3))
        given = {"kind": kind, "at": at, "every": every, **options}
        if kind in ("reset-body", "kill"):
            given["after_bytes"] = chance.choice((0, 1, 100, 700, 2000))
        return "google", given

    return make


def weather(chance: Random) -> tuple[str, Options]:
    seed = chance.randrange(10**6)
    rates = {"throttle": 0.1, "fail": 0.05, "failAfter": 0.03, "lose": 0.03, "loseAfter": 0.03}
    rates |= {"delay": 0.1, "page": 0.3, "partial": 0.3, "late": 0.2}
    return "weather", {"seed": seed, "delaySeconds": 0.2, **rates}


def refusing(*services: str) -> Callable[[Random], tuple[str, Options]]:
    return lambda _: ("refusing", {"services": list(services)})


def skew(sign: int) -> Callable[[Random], tuple[str, Options]]:
    return lambda chance: ("skew", {"seconds": sign * chance.uniform(30, 240)})


def memory(chance: Random) -> tuple[str, Options]:
    return "memory", {"bytes": int(chance.uniform(*CEILINGS) * MEGABYTE)}


# Of data, in megabytes. Below the first no function starts, above the second none runs out of it.
CEILINGS = (2.1, 2.8)

FAULTS: dict[str, Callable[[Random], tuple[str, Options]]] = {
    "AWS: bad weather": weather,
    "AWS: dynamodb refuses connections": refusing("dynamodb"),
    "AWS: s3 refuses connections": refusing("s3"),
    "AWS: ssm refuses connections": refusing("ssm"),
    "AWS: ses refuses connections": refusing("sesv2"),
    "AWS: everything refuses connections": refusing("dynamodb", "s3", "ssm", "sesv2"),
    "clock: the functions' is ahead": skew(+1),
    "clock: the functions' is behind": skew(-1),
    "process: /tmp is full": lambda _: ("disk", {}),
    "process: too little memory": memory,
    "process: killed in mid-body": google("kill", "import"),
    "process: killed before the answer": google("kill-after", "import"),
    "process: killed in mid-upload": google("kill", "upload"),
    "Gmail: 429": google("status", "import", status=429, reason="rateLimitExceeded"),
    "Gmail: 403, user's rate": google(
        "status", "import", status=403, reason="userRateLimitExceeded"
    ),
    "Gmail: 500": google("status", "import", status=500),
    "Gmail: 503": google("status", "import", status=503, retry_after="1"),
    "Gmail: slow": google("slow", "import", hold_seconds=0.5),
    "Gmail: no answer": google("timeout", "import", hold_seconds=3.0),
    "Gmail: reset before the request": google("reset-next", "import"),
    "Gmail: reset after the headers": google("reset", "import"),
    "Gmail: reset in mid-body": google("reset-body", "import"),
    "Gmail: reset after the body": google("reset-read", "import"),
    "Gmail: reset after the import": google("reset-after", "import"),
    "Gmail: half an answer": google("half", "import"),
    "Gmail upload: 503 at its start": google("status", "start", status=503),
    "Gmail upload: half an answer at its start": google("half", "start"),
    "Gmail upload: cut": google("cut", "upload", after_bytes=1_000_000),
    "Gmail upload: reset after the import": google("reset-after", "upload"),
    "Google token: 500": google("status", "token", status=500),
    "Google token: half an answer": google("half", "token"),
    "Google token: reset": google("reset", "token"),
    "Google token: rotated": google("rotate", "token"),
}


def plan(seed: int, count: int) -> list[Spell]:
    """All faults of a soak with so many mails, by their start."""
    chance = Random(f"{seed} plan")
    longest = max(2, count // 25)
    spells = []
    for _ in range(max(1, count // MAILS_A_ROUND)):
        for name, make in FAULTS.items():
            kind, options = make(chance)
            length = chance.randint(max(1, longest // 3), longest)
            start = chance.randint(0, max(0, count - length))
            spells.append(Spell(name, kind, start, start + length, options))
    return sorted(spells, key=lambda each: (each.start, each.name))


def large_at(spells: list[Spell]) -> frozenset[int]:
    """The mails that must be large, so that a fault of resumable uploads has something to meet."""
    of_uploads = [each for each in spells if each.options.get("at") in ("start", "upload")]
    return frozenset(
        number for each in of_uploads for number in (each.start, (each.start + each.end) // 2)
    )


def fault_of(options: Options) -> Fault:
    return Fault.from_json({"times": ALWAYS, **options})

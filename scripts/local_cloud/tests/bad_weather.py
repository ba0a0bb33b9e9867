"""Parts of the demo while AWS has a bad day: what they expect stays true, word for word.

The shares are higher than those of a plain forecast, so that half a minute meets each kind. A
change of a credential may fail for longer than a client repeats its calls, because its record is
tried again for hours. The router's and the bouncer's queues try a message three times: what a
client repeats gets through there, so only a permanent failure makes a dead letter.
"""

from collections.abc import Callable

from local_cloud.demo.mails import Problems
from local_cloud.demo.run import PARTS
from local_cloud.process.world import World
from local_cloud.weather.forecast import KINDS

SHARES = {
    "throttle": 0.15,
    "fail": 0.05,
    "failAfter": 0.05,
    "lose": 0.05,
    "loseAfter": 0.05,
    "delay": 0.1,
}
# Credentials without `late`: the manager relies on IAM's list of keys, so it may take a change of
# status within seconds of another one for done.
FORECASTS = {
    "mails": SHARES | {"partial": 0.5, "late": 0.3},
    "credentials": SHARES | {"page": 0.5, "newUser": 0.3, "mostInARow": 4},
}
SELDOM = {"late", "failAfter", "loseAfter"}
OPTIONS = {"seed": 7, "delaySeconds": 0.5}


def in_bad_weather(part: str) -> Callable[[World, str], Problems]:
    def play(world: World, table: str) -> Problems:
        world.moto.ask("weather", OPTIONS | FORECASTS[part])
        return [*PARTS[part](world, table), ("weather", too_fine(world, part))]

    return play


def too_fine(world: World, part: str) -> list[str]:
    """Kinds that met nobody: what was played then proves nothing about them."""
    befallen = {each["kind"] for each in world.moto.ask("weather")["befallen"]}
    wanted = {kind for kind in KINDS if kind in FORECASTS[part]} - SELDOM
    return [f"{kind} befell nobody" for kind in sorted(wanted - befallen)]


PARTS_IN_BAD_WEATHER = {f"{part} in bad weather": in_bad_weather(part) for part in FORECASTS}

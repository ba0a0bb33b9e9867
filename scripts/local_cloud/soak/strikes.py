"""The plan carried out in a world: faults begun and ended, and what they struck meanwhile."""

from dataclasses import dataclass, field

from local_cloud.host.conditions import Conditions
from local_cloud.mailbox.faults import Fault
from local_cloud.process.world import World
from local_cloud.soak.plan import Spell, fault_of
from local_cloud.weather.forecast import Forecast


@dataclass
class Played:
    """A spell, and what happened while it lasted."""

    spell: Spell
    deliveries: int = 0
    failed: int = 0
    struck: int = 0  # requests that a fault of Google or the weather met

    @property
    def counts_requests(self) -> bool:
        return self.spell.kind in ("google", "weather")


@dataclass
class Tally:
    """What had happened in the world at a moment."""

    deliveries: int
    failed: int

    @classmethod
    def of(cls, world: World) -> "Tally":
        entries = [each for mail in world.journal.mails() for each in mail.entries]
        return cls(len(entries), sum(1 for each in entries if each["problem"] is not None))


@dataclass
class Active:
    """A spell that has begun."""

    spell: Spell
    before: Tally
    fault: Fault | None = None


@dataclass
class Strikes:
    """The spells of a plan as the mails go by."""

    world: World
    plan: list[Spell]
    played: list[Played] = field(default_factory=list)
    _active: list[Active] = field(default_factory=list)

    def reach(self, number: int) -> None:
        """Ends and begins what is due before the mail of this number."""
        due = [each for each in self._active if each.spell.end <= number]
        begun = [each for each in self.plan if each.start == number and each.end > number]
        if not due and not begun:
            return
        self.world.wait_until_quiet()  # the mails before have met what they were to meet
        for each in due:
            self._end(each)
        for spell in begun:
            self._begin(spell)
        self._apply({each.spell.kind for each in due} | {each.kind for each in begun})

    def end(self) -> None:
        """Ends what still lasts."""
        self.reach(max((each.end for each in self.plan), default=0))

    def are_on(self, kind: str) -> bool:
        return any(each.spell.kind == kind for each in self._active)

    def refused(self) -> set[str]:
        """The services of AWS that refuse connections at present."""
        return {name for each in self._active for name in each.spell.options.get("services", ())}

    def _begin(self, spell: Spell) -> None:
        active = Active(spell, Tally.of(self.world))
        if spell.kind == "google":
            active.fault = fault_of(spell.options)
            self.world.mailbox.faults.add(active.fault)
            if active.fault.at == "token":
                self.world.mailbox.accounts.expire_access_tokens()
        self._active.append(active)

    def _end(self, active: Active) -> None:
        now = Tally.of(self.world)
        played = Played(
            active.spell,
            now.deliveries - active.before.deliveries,
            now.failed - active.before.failed,
        )
        if active.fault is not None:
            self.world.mailbox.faults.end(active.fault)
            played.struck = active.fault.struck
        if active.spell.kind == "weather":
            played.struck = len(self.world.moto.ask("weather")["befallen"])
        self._active.remove(active)
        self.played.append(played)

    def _apply(self, kinds: set[str]) -> None:
        """Sets what can be set one way only, by the spells of these kinds that are on."""
        options = {
            kind: [each.spell.options for each in self._active if each.spell.kind == kind]
            for kind in kinds
        }
        if "weather" in kinds:
            last = options["weather"][-1:]
            self.world.moto.ask("weather", Forecast.from_json(last[0]).json() if last else {})
        if "refusing" in kinds:
            self.world.moto.ask("refusing", {"services": sorted(self.refused())})
        if "skew" in kinds:
            seconds = sum(each["seconds"] for each in options["skew"])
            self.world.moto.ask("clock", {"skewSeconds": seconds})
        if kinds & {"disk", "memory"}:
            ceilings = [
                each.spell.options["bytes"] for each in self._active if each.spell.kind == "memory"
            ]
            self.world.runner.conditions = Conditions(
                self.are_on("disk"), min(ceilings, default=None)
            )

"""The evaluation of all alarms, minute by minute of the world's clock.

Nothing changes in the emulated AWS but by a request. So each request first evaluates the minutes
that have ended since the last one: a week in which nobody does anything is one step.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcfromtimestamp

from local_cloud import ACCOUNT
from local_cloud.clock.activity import ACTIVITY
from local_cloud.metrics.alarm import Definition
from local_cloud.metrics.evaluation import ALARM, INSUFFICIENT_DATA, OK
from local_cloud.metrics.rows import Row
from local_cloud.metrics.store import SECONDS, STORE, minute_of

Tell = Callable[[Any, "Change", str], bool]
ACTIONS = {
    ALARM: "alarm_actions",
    OK: "ok_actions",
    INSUFFICIENT_DATA: "insufficient_data_actions",
}


@dataclass(frozen=True)
class Change:
    """An alarm's change of state, with the topics that were and were not notified."""

    alarm: str
    at: float  # seconds since the epoch
    before: str
    after: str
    reason: str
    told: list[str]  # the actions' ARNs
    untold: list[str]


class Watch:
    """All alarms, and the minute up to which they are evaluated."""

    def __init__(self, measure: Callable[[int, int], None], tell: Tell) -> None:
        """`measure` is called for the content of the queues in a range of minutes."""
        self._measure = measure
        self._tell = tell
        self._now = minute_of(ACTIVITY.clock.now())
        self.is_on = True
        self.changes: list[Change] = []

    def catch_up(self) -> None:
        """Evaluates what is due. Call this with the lock held, before anything changes."""
        before, now = self._now, minute_of(ACTIVITY.clock.now())
        if now <= before:
            return
        self._now = now
        self._measure(before, now)
        late, STORE.late, STORE.seen = STORE.late, set(), now
        if not self.is_on:
            return
        looks = [
            (minute, alarm)
            for alarm in self.alarms()
            for minute in self._minutes(alarm, late, before, now)
        ]
        for minute, alarm in sorted(looks, key=lambda look: look[0]):
            self._look(alarm, minute, float(minute * SECONDS))

    def look_now(self, alarm: Any) -> None:
        """Evaluates an alarm that is new or was changed."""
        if self.is_on:
            self._look(alarm, self._now, ACTIVITY.clock.now())

    def turn(self, is_on: bool) -> None:
        """Evaluates alarms from now on, or leaves each in the state that it has or is given."""
        self.is_on = is_on
        for alarm in self.alarms():
            self.look_now(alarm)

    def alarms(self) -> list[Any]:
        """All alarms but composite ones."""
        backends = cloudwatch_backends[ACCOUNT].values()
        return [
            alarm
            for backend in backends
            for alarm in backend.alarms.values()
            if hasattr(alarm, "definition")
        ]

    def change(self, alarm: Any, after: str, reason: str, data: str, at: float) -> None:
        """Gives the alarm this state and, where it differs, notifies its topics."""
        before = alarm.state_value
        alarm.update_state(reason, data, after)
        alarm.state_updated_timestamp = utcfromtimestamp(at)
        if after == before:
            return
        actions = getattr(alarm, ACTIONS[after]) if alarm.actions_enabled else []
        change = Change(alarm.name, at, before, after, reason, [], [])
        for action in actions:
            (change.told if self._tell(alarm, change, action) else change.untold).append(action)
        self.changes.append(change)

    def described(self) -> dict[str, Any]:
        return {
            "alarms": [
                {"name": each.name, "state": each.state_value, "reason": each.state_reason}
                for each in self.alarms()
            ],
            "changes": [asdict(each) for each in self.changes],
        }

    def _minutes(self, alarm: Any, late: set[Any], before: int, now: int) -> set[int]:
        definition: Definition = alarm.definition
        found = set(definition.minutes_to_look_at(STORE, before, now))
        if alarm.was_set or not late.isdisjoint(definition.metrics):
            found.add(before + 1)
        alarm.was_set = False
        return found

    def _look(self, alarm: Any, minute: int, at: float) -> None:
        definition: Definition = alarm.definition
        values = definition.values(STORE, minute)
        after = definition.rule.state(values, alarm.state_value)
        if after != alarm.state_value:
            reason = reason_of(definition, values, after)
            self.change(alarm, after, reason, "{}", at)


def reason_of(definition: Definition, values: Row, after: str) -> str:
    rule = definition.rule
    real = [f"{each:g}" for each in values if each is not None][-rule.periods :]
    if after == INSUFFICIENT_DATA:
        return f"Insufficient Data: {len(real)} datapoints were seen"
    if not real:
        treated = "Breaching" if after == ALARM else "NonBreaching"
        ending, verb = ("", "was") if rule.periods == 1 else ("s", "were")
        return (
            f"Threshold Crossed: no datapoints were received for {rule.periods} period{ending} "
            f"and {rule.periods} missing datapoint{ending} {verb} treated as [{treated}]."
        )
    return (
        f"Threshold Crossed: the last {len(real)} datapoints [{', '.join(real)}] by "
        f"{rule.comparison} ({rule.threshold:g}) come to {after}"
    )

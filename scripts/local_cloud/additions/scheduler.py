"""EventBridge Scheduler: which schedules are due. The host calls their targets.

Bug of moto: an update without a state leaves the schedule without one, and ActionAfterCompletion
has no default.

Feature: moto keeps schedules, but never calls a target. Where the clock is moved past several
moments of a schedule, it is called once, for the last of them.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import uuid
from typing import Any

from moto.scheduler import models
from moto.scheduler.exceptions import ValidationException

from local_cloud import ACCOUNT
from local_cloud.additions.patching import wrap
from local_cloud.additions.schedule_moments import NoSchedule, first, following
from local_cloud.clock.activity import ACTIVITY
from local_cloud.host.moment import iso_8601


def install() -> None:
    @wrap(models.Schedule, "__init__")
    def make(original: Any, schedule: Any, **given: Any) -> None:
        original(schedule, **given)
        schedule.action_after_completion = schedule.action_after_completion or "NONE"
        begin(schedule)

    @wrap(models.Schedule, "update")
    def update(original: Any, schedule: Any, **given: Any) -> None:
        original(schedule, **given)
        schedule.state = schedule.state or "ENABLED"
        begin(schedule)


def begin(schedule: Any) -> None:
    schedule.began_at = max(float(schedule.start_date or 0), ACTIVITY.clock.now())
    zone = schedule.schedule_expression_timezone
    try:
        schedule.next_at = first(schedule.schedule_expression, zone, schedule.began_at)
    except (NoSchedule, KeyError) as error:
        raise ValidationException(f"Invalid Schedule Expression: {error}.") from error
    ACTIVITY.note()


def enabled() -> list[Any]:
    """The schedules that will be called at some time."""
    return [
        schedule
        for backend in models.scheduler_backends[ACCOUNT].values()
        for group in backend.schedule_groups.values()
        for schedule in group.schedules.values()
        if schedule.state == "ENABLED"
        and schedule.next_at is not None
        and (not schedule.end_date or schedule.next_at < float(schedule.end_date))
    ]


def next_due() -> float | None:
    """When the next schedule is due, in world seconds."""
    return min((each.next_at for each in enabled()), default=None)


def waiting() -> int:
    now = ACTIVITY.clock.now()
    return sum(each.next_at <= now for each in enabled())


def take() -> list[dict[str, Any]]:
    """The calls that are due. Whoever takes them has to make them."""
    now = ACTIVITY.clock.now()
    due = [each for each in enabled() if each.next_at <= now]
    return [taken(each, now) for each in due]


def taken(schedule: Any, now: float) -> dict[str, Any]:
    zone, moment = schedule.schedule_expression_timezone, schedule.next_at
    began = schedule.began_at
    while (later := following(schedule.schedule_expression, zone, moment, began)) is not None:
        if later > now:
            break
        moment = later
    schedule.next_at = later
    words = {
        "schedule-arn": schedule.arn,
        "scheduled-time": iso_8601(moment)[:19] + "Z",
        "execution-id": str(uuid.uuid4()),
        "attempt-number": "1",
    }
    text = schedule.target.get("Input") or "{}"
    for name, value in words.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return {
        "arn": schedule.arn,
        "group": schedule.group_name,
        "role": schedule.target["RoleArn"],
        "target": schedule.target["Arn"],
        "deadLetterQueue": schedule.target.get("DeadLetterConfig", {}).get("Arn"),
        "input": text,
    }

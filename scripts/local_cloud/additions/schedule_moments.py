"""The moments of a schedule: `rate(6 hours)`, `at(2026-12-01T08:00:00)`, `cron(0 8 * * ? *)`.

Feature: moto does not read a schedule's expression.

By hand, because the libraries for cron know neither AWS's six fields nor its `?`.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
CRON = re.compile(r"cron\((.*)\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FURTHEST_DAYS = 5 * 366


class NoSchedule(ValueError):
    """An expression that EventBridge Scheduler refuses or that is not emulated."""


def first(expression: str, zone: str, start: float) -> float | None:
    """The first moment from `start` on; a rate starts at once."""
    return start if RATE.fullmatch(expression) else following(expression, zone, start - 1)


def following(expression: str, zone: str, after: float, since: float = 0) -> float | None:
    """The first moment after `after`, None where there is none; a rate counts from `since`."""
    if rate := RATE.fullmatch(expression):
        seconds = int(rate.group(1)) * SECONDS[rate.group(2)]
        if not seconds:
            raise NoSchedule(f"{expression} is no rate")
        return since + ((after - since) // seconds + 1) * seconds
    if at := AT.fullmatch(expression):
        moment = datetime.fromisoformat(at.group(1)).replace(tzinfo=ZoneInfo(zone)).timestamp()
        return moment if moment > after else None
    if cron := CRON.fullmatch(expression):
        return of_cron(cron.group(1).split(), ZoneInfo(zone), after)
    raise NoSchedule(f"{expression} is neither rate, nor at, nor cron")


def of_cron(fields: list[str], zone: ZoneInfo, after: float) -> float | None:
    if len(fields) != 6:
        raise NoSchedule("cron() has six fields: minutes hours day-of-month month day-of-week year")
    minutes, hours = numbers(fields[0], 0, 59), numbers(fields[1], 0, 23)
    days, months = numbers(fields[2], 1, 31), numbers(fields[3], 1, 12, MONTHS)
    week_days, years = numbers(fields[4], 1, 7, ("", *DAYS)), numbers(fields[5], 1970, 2199)
    day = datetime.fromtimestamp(after, zone).date()
    for _ in range(FURTHEST_DAYS):
        if (
            day.day in days
            and day.month in months
            and day.isoweekday() % 7 + 1 in week_days
            and day.year in years
        ):
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                    if moment.timestamp() > after:
                        return moment.astimezone(UTC).timestamp()
        day += timedelta(days=1)
    return None


def numbers(field: str, least: int, most: int, names: tuple[str, ...] = ()) -> set[int]:
    """`*`, `?`, `7`, `MON-FRI`, `0/15`, and several of them with commas."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            low, high = least, most
        else:
            start, _, end = span.partition("-")
            low = number(start, names)
            high = number(end, names) if end else most if step else low
        if not least <= low <= high <= most:
            raise NoSchedule(f"{part} is not between {least} and {most}")
        found |= set(range(low, high + 1, number(step, ()) if step else 1))
    return found


def number(text: str, names: tuple[str, ...]) -> int:
    if text.upper() in names and text:
        return names.index(text.upper()) + (0 if names[0] == "" else 1)
    if not text.isdigit():
        raise NoSchedule(f"{text} is not a number that the emulated cron expressions know")
    return int(text)

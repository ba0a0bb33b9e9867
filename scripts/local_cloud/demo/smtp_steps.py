"""An SMTP credential's life: made, used, disabled, changed, rotated and deleted by its row."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local_cloud.demo.secrets_search import everything, places_of
from local_cloud.demo.smtp_hands import (
    DENIED,
    SENT,
    UNKNOWN_KEY,
    Administrator,
    MailClient,
    addresses,
    outcome,
)
from local_cloud.demo.smtp_holdings import Expected, Holdings, Observer
from local_cloud.demo.step import Step
from local_cloud.process.world import World

STEP_SECONDS, LOOK_SECONDS = 40.0, 0.03
OVERLAP = timedelta(days=7)
JOHN, JANE = "john.doe", "jane.doe"
OWN, MARKETING, OTHERS = "john.doe@example.com", "spring@example.org", "ceo@example.com"
FOREIGN = "spring@example.net"  # in no domain of this deployment, so that listing it does not help
SENDERS = [OWN, "*@example.org", FOREIGN]
CHANGED = [OWN, "sales@example.org"]
ILLEGAL = ["jane.doe@example.com", "j*e@example.com"]


class CredentialsLife:
    """The steps of one credential's life, played in one world."""

    def __init__(self, world: World, table: str) -> None:
        self._world, self._table = world, table
        self._john, self._jane = (Observer(world.cloud, table, name) for name in (JOHN, JANE))
        self._admin = Administrator(world.cloud, table)
        self._mail = MailClient(
            world, f"alias/ses-mail-smtp-credentials-{table.rpartition('-')[2]}"
        )

    def live(self) -> list[Step]:
        """Each step builds on the one before; the first that goes wrong is the last."""
        complaints = len(self._world.complaints)
        steps: list[Step] = []
        for play in (
            self.create,
            self.restrict,
            self.disable,
            self.enable,
            self.change,
            self.rotate,
            self.end_overlap,
            self.delete,
            self.mistake,
        ):
            steps.append(play())
            if steps[-1].problems:
                break
        return [*steps, self.search(), self.stay_quiet(complaints)]

    def create(self) -> Step:
        wanted = Expected("active", SENDERS)
        held, seconds = self._after(lambda: self._admin.put(JOHN, SENDERS), wanted.problems)
        problems = wanted.problems(held) or self._mail.password_problems(held)
        tags = [each.get("ses-mail:username") for each in held.users.values()]
        problems += [] if tags == [JOHN] else [f"the user is tagged {tags}"]
        return Step("row is put", seconds, "active; decrypted, the key's own password", problems)

    def restrict(self) -> Step:
        started = time.monotonic()
        key = self._key()
        wanted = {OWN: SENT, MARKETING: SENT, OTHERS: DENIED, FOREIGN: DENIED}
        problems = self._mail.sending_problems(key, wanted)
        if outcome(self._mail.client(key, "iam").list_users) != DENIED:
            problems.append("the key may do more than send")
        seconds = time.monotonic() - started
        seen = "listed addresses of our domains send, others are refused"
        return Step("policy", seconds, seen, problems)

    def disable(self) -> Step:
        wanted = Expected("disabled", SENDERS, current_key="Inactive")
        held, seconds = self._change("status", {"S": "disabled"}, wanted)
        problems = wanted.problems(held)
        problems += self._mail.sending_problems(self._key(), {OWN: UNKNOWN_KEY})
        return Step("status=disabled", seconds, "key Inactive, sending refused", problems)

    def enable(self) -> Step:
        before, wanted = self._john.look(), Expected("active", SENDERS)
        held, seconds = self._change("status", {"S": "active"}, wanted)
        problems = wanted.problems(held) + self._mail.sending_problems(self._key(), {OWN: SENT})
        if value(held, "encrypted_password") != value(before, "encrypted_password"):
            problems.append("the password is another one")
        return Step("status=active", seconds, "key Active, the same password", problems)

    def change(self) -> Step:
        """The user of an older version is brought under the permissions boundary on the way."""
        self._admin.free(value(self._john.look(), "iam_user_name"))
        wanted = Expected("active", CHANGED)
        held, seconds = self._change("allowed_from_addresses", addresses(CHANGED), wanted)
        sending = {OWN: SENT, CHANGED[1]: SENT, MARKETING: DENIED}
        problems = wanted.problems(held) + self._mail.sending_problems(self._key(), sending)
        return Step("addresses changed", seconds, "new one sends, old one is refused", problems)

    def rotate(self) -> Step:
        old = self._key()
        wanted = Expected("active", CHANGED, other_keys={old: "Active"})
        held, seconds = self._change("status", {"S": "rotate"}, wanted)
        problems = wanted.problems(held) or self._mail.password_problems(held)
        for key in held.keys:
            problems += self._mail.sending_problems(key, {OWN: SENT})
        end = value(held, "previous_key_valid_until")
        if value(held, "previous_access_key_id") != old or not is_in_a_week(
            end, self._world.cloud.clock()
        ):
            problems.append(f"the row does not name the old key and its end in a week, but {end!r}")
        timers = [timer["SK"] for timer in held.timers]
        if timers != [f"RETIRE#{JOHN}#{old}"]:
            problems.append(f"the timers are {timers}")
        seen = f"two keys, both send; the old one until {end}"
        return Step("status=rotate", seconds, seen, problems)

    def end_overlap(self) -> Step:
        wanted = Expected("active", CHANGED)

        def problems_of(held: Holdings) -> list[str]:
            is_named = value(held, "previous_access_key_id") != ""
            stale = ["the row still names the previous key"] if is_named else []
            return wanted.problems(held) + stale + (["a timer is left"] if held.timers else [])

        # In a week a change that is being retried would be given up.
        end = time.monotonic() + STEP_SECONDS
        while self._world.runner.is_retrying() and time.monotonic() < end:
            self._world.stopped.wait(LOOK_SECONDS)
        clock = {"advanceSeconds": OVERLAP.total_seconds() + 60, "expire": True}
        held, seconds = self._after(lambda: self._world.moto.ask("clock", clock), problems_of)
        problems = problems_of(held) + self._mail.sending_problems(self._key(), {OWN: SENT})
        return Step("a week later", seconds, "old key and timer gone, new key sends", problems)

    def delete(self) -> Step:
        """The password is rotated first, so that two keys and a timer have to go."""
        problems = self.rotate().problems

        def problems_of(held: Holdings) -> list[str]:
            return [] if held.is_nothing() else [f"left are {held.users}, {held.keys}"]

        held, seconds = self._after(lambda: self._admin.delete(JOHN), problems_of)
        problems += problems_of(held)
        return Step("row is deleted", seconds, "no user, key, policy or timer is left", problems)

    def mistake(self) -> Step:
        def problems_of(held: Holdings) -> list[str]:
            said = value(held, "error_message")
            is_told = value(held, "status") == "error" and "entry 2" in said
            return [] if is_told and not held.users else [f"the row says {said!r}"]

        held, seconds = self._after(lambda: self._admin.put(JANE, ILLEGAL), problems_of, self._jane)
        seen = f"status=error: {value(held, 'error_message')}"
        return Step("illegal list", seconds, seen, problems_of(held))

    def search(self) -> Step:
        started = time.monotonic()
        found, count = places_of(self._mail.secrets, everything(self._world, self._table))
        problems = [f"a secret is in {place}" for place in sorted(set(found))]
        seen = f"{len(self._mail.secrets)}, in none of {count} log lines, segments, rows, files"
        return Step("secrets", time.monotonic() - started, seen, problems)

    def stay_quiet(self, complaints: int) -> Step:
        """No change was given up, and the function was refused nothing."""
        name = "smtp-credential-manager"
        refused = [
            each["message"] for each in self._world.moto.ask("refusals") if name in each["message"]
        ]
        given_up = [
            f"{each['name']} holds {each['visible']} messages"
            for each in self._world.moto.ask("queues")
            if name in each["name"] and each["visible"]
        ]
        problems = self._world.complaints[complaints:] + list(dict.fromkeys(refused)) + given_up
        return Step("function", 0.0, "was refused nothing and gave nothing up", problems)

    def _change(self, name: str, new: dict[str, Any], wanted: Expected) -> tuple[Holdings, float]:
        return self._after(lambda: self._admin.set(JOHN, name, new), wanted.problems)

    def _after(
        self,
        act: Callable[[], Any],
        problems_of: Callable[[Holdings], list[str]],
        observer: Observer | None = None,
    ) -> tuple[Holdings, float]:
        """Acts, waits until all is well or the time is over, and until nobody works on it any
        longer.
        """
        observer = observer or self._john
        started = time.monotonic()
        act()
        while problems_of(observer.look()) and time.monotonic() - started < STEP_SECONDS:
            if self._world.stopped.wait(LOOK_SECONDS):
                break
        seconds = time.monotonic() - started
        self._world.wait_until_quiet()
        return observer.look(), seconds

    def _key(self) -> str:
        return value(self._john.look(), "access_key_id")


def value(held: Holdings, name: str) -> str:
    return str((held.row or {}).get(name, ""))


def is_in_a_week(text: str, now: float) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return abs(moment - datetime.fromtimestamp(now, UTC) - OVERLAP) < timedelta(minutes=2)

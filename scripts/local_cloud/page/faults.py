"""The faults: a switch for each, beside it the alarms that ring and their cure, and the clock."""

import threading
from contextlib import suppress

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from local_cloud.page import alarms
from local_cloud.page.switches import Switches
from local_cloud.process.world import World

MOST_MINUTES = 24 * 60
STEP_SECONDS = 60
QUIET_SECONDS = 10.0


class Hand:
    """Moves the world's clock on, minute by minute, so that all that is due can happen."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self.minutes_left = 0

    def move(self, minutes: int) -> None:
        with self._lock:
            is_moving = self.minutes_left > 0
            self.minutes_left += minutes
        if not is_moving:
            threading.Thread(target=self._go, daemon=True).start()

    def _go(self) -> None:
        with suppress(OSError):  # the world has ended
            self._go_on()

    def _go_on(self) -> None:
        while not self._world.stopped.is_set():
            self._world.wait_until_quiet(QUIET_SECONDS)
            self._world.moto.ask("clock", {"advanceSeconds": STEP_SECONDS})
            with self._lock:
                self.minutes_left -= 1
                if self.minutes_left <= 0:
                    return


def views(world: World) -> Blueprint:
    page = Blueprint("faults", __name__)
    switches = Switches(world)
    hand = Hand(world)

    @page.get("/faults")
    def every() -> str:
        known = {each.key: each for each in alarms.listed(world)}
        rows = [
            (switch, switch.is_on(), [(key, known.get(key)) for key in switch.alarms])
            for switch in switches.every
        ]
        return render_template(
            "faults.html",
            title="Faults",
            rows=rows,
            now=world.moto.clock.now(),
            minutes_left=hand.minutes_left,
        )

    @page.post("/faults/<name>")
    def turn(name: str) -> Response:
        state = request.form.get("state")
        if state not in ("on", "off") or not switches.turn(name, state == "on"):
            raise BadRequest("There is no such switch.")
        return redirect(f"{url_for('faults.every')}#{name}", 303)

    @page.post("/clock")
    def clock() -> Response:
        try:
            minutes = int(request.form.get("minutes", ""))
        except ValueError:
            minutes = 0
        if not 0 < minutes <= MOST_MINUTES:
            raise BadRequest(f"The clock moves on by 1 to {MOST_MINUTES} minutes at a time.")
        hand.move(minutes)
        return redirect(f"{url_for('faults.every')}#clock", 303)

    return page

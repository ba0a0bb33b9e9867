"""The weather between the gate and moto, which meets each call that may come in.

What happens to a call depends on its operation and on how many calls of that operation came before.
So the same calls one after the other meet the same weather; where calls of one operation come at
the same time, each takes the next number, whichever is first. Callers that work for AWS itself (the
host's pollers and the pipe) are spared, and so are those that set up a test.
"""

import time
from collections.abc import Callable

from local_cloud import SPARED
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.raw_request import RawRequest
from local_cloud.weather import fewer, inexact
from local_cloud.weather.fewer import Perform
from local_cloud.weather.forecast import Forecast
from local_cloud.weather.pages import Pages
from local_cloud.weather.paging import BY_KEY
from local_cloud.weather.past import Past, refused_for_new_user
from local_cloud.weather.spell import Record, Spell, digest
from local_cloud.weather.trouble import AnswerLost, failed, throttled


class Weather:
    """The weather of a world: fine until a forecast is set."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause
        self._pages = Pages()  # outlive a forecast: a token is still good in fine weather
        self.set(None)

    def set(self, forecast: Forecast | None) -> None:
        """Starts anew with this forecast, or with fine weather. Call this with the lock held."""
        self.forecast = forecast
        self.record = Record()
        self._past = Past()

    def around(self, request: RawRequest, call: ApiCall, perform: Perform) -> Answer:
        """The answer of `perform` as the weather lets it through. Call this without the lock."""
        with ACTIVITY.condition:
            spell = self._spell(request, call)
            page = self._pages.go_on(call, None, None) if spell is None else None
        if spell is None:
            return page or perform(request)
        if spell.delay_seconds:
            self._pause(spell.delay_seconds)
        match spell.trouble:
            case "throttle":
                return throttled(call, spell.luck).encoded(call.protocol)
            case "fail":
                return failed(call, spell.luck).encoded(call.protocol)
            case "lose":
                raise AnswerLost
        answer = self._meet(spell, perform)
        match spell.trouble:
            case "failAfter":
                return failed(call, spell.luck).encoded(call.protocol)
            case "loseAfter":
                raise AnswerLost
        return answer

    def was_unheard(self, request: RawRequest, call: ApiCall) -> bool:
        """Whether a refusal may come from this request's own earlier effect, whose answer was lost:
        what it deleted has no tags any longer by which it could be allowed.
        """
        return self.record.was_unheard(digest(request, call))

    def move_seconds(self) -> float:
        """How long a move of dead letters takes that begins now. Call this with the lock held."""
        name = "sqs:StartMessageMoveTask"
        if self.forecast is None or not self.forecast.meets(*name.split(":")):
            return 0.0
        number = self.record.number(f"{name} moves")
        chance = self.forecast.chance("slowMove", name, number)
        if chance is None:
            return 0.0
        self.record.note("slowMove", name, number)
        return chance.uniform(0, self.forecast.move_seconds)

    def _spell(self, request: RawRequest, call: ApiCall) -> Spell | None:
        is_spared = SPARED in request.headers.get("user-agent", "")
        if self.forecast is None or is_spared:
            return None
        if not self.forecast.meets(call.service, call.operation):
            return None
        return Spell(self.forecast, self.record, request, call)

    def _meet(self, spell: Spell, perform: Perform) -> Answer:
        """The answer where nothing fails: an earlier one, a part of it, or the whole."""
        with ACTIVITY.condition:
            early = self._early(spell)
        if early is not None:
            return early
        call, limit = spell.call, spell.forecast.page_items
        if (call.service, call.operation) in BY_KEY and (chance := spell.chance("page")):
            spell.note("page")
            return perform(fewer.page_of_table(spell.request, call, chance, limit))
        if fewer.asks_for_several(call) and (chance := spell.chance("partial")):
            spell.note("partial")
            return fewer.some(spell.request, call, chance, perform)
        answer = perform(spell.request)
        with ACTIVITY.condition:
            return self._less(spell, answer)

    def _early(self, spell: Spell) -> Answer | None:
        """An answer that needs no call of moto."""
        call, limit = spell.call, spell.forecast.page_items
        page = self._pages.go_on(call, spell.chance("page"), limit)
        if page is not None:
            return page
        if self._past.is_new_user(call) and (chance := spell.chance("newUser")):
            spell.note("newUser")
            has_role = "x-amz-security-token" in spell.request.headers
            return refused_for_new_user(call, has_role, chance)
        past = self._past.answer(call) if spell.chance("late") else None
        if past is not None:
            spell.note("late")
        return past

    def _less(self, spell: Spell, answer: Answer) -> Answer:
        call = spell.call
        self._past.keep(call, answer)
        if chance := spell.chance("page"):
            page = self._pages.begin(call, answer, chance, spell.forecast.page_items)
            if page is not answer:
                spell.note("page")
                return page
        if inexact.tells_numbers(call) and (chance := spell.chance("inexact")):
            spell.note("inexact")
            return inexact.approximate(answer, chance)
        return answer


WEATHER = Weather()

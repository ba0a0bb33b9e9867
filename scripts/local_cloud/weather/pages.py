"""A list cut into pages: some items, or none, and a token for the rest of what was there then."""

import re
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall
from local_cloud.weather.coding import decoded, encoded
from local_cloud.weather.paging import Paging, paging_of

TOKEN = re.compile(r"weather-(\d+)-(\d+)-(\d)")
MAXIMUM_KEPT = 1000
Item = tuple[str, Any]  # the member that the item is listed in, and the item


@dataclass(frozen=True)
class CutList:
    """A list as it was answered once."""

    answer: Answer
    members: dict[str, Any]
    items: list[Item]


class Pages:
    """Lists being read. A token names the list, how many items came before, and whether the last
    page was empty.
    """

    def __init__(self) -> None:
        self._lists: dict[str, CutList] = {}
        self._numbers = count(1)

    def begin(self, call: ApiCall, answer: Answer, chance: Random, limit: int | None) -> Answer:
        """The first page of an answer, which has the whole list or one of AWS's own pages."""
        paging = paging_of(call.service, call.operation)
        if paging is None or answer[0] != 200:
            return answer
        members = decoded(call, answer)
        items = [
            (name, part)
            for name in paging.results
            for item in members.get(name) or []
            for part in parts(name, item)
        ]
        if not items:
            return answer
        name = str(next(self._numbers))
        self._lists[name] = CutList(answer, members, items)
        while len(self._lists) > MAXIMUM_KEPT:
            del self._lists[next(iter(self._lists))]
        return self._page(call, paging, name, 0, page_size(chance, len(items), 0, limit))

    def go_on(self, call: ApiCall, chance: Random | None, limit: int | None) -> Answer | None:
        """The page for a token of ours: cut again by chance, else all that is left."""
        paging = paging_of(call.service, call.operation)
        if paging is None:
            return None
        given = TOKEN.fullmatch(str(call.parameters.get(paging.asked[0], "")))
        if given is None or (found := self._lists.get(given.group(1))) is None:
            return None
        start = int(given.group(2))
        left = len(found.items) - start
        size = None
        if chance is not None and left > 0:
            size = page_size(chance, left, int(given.group(3)), limit)
        return self._page(call, paging, given.group(1), start, size)

    def _page(
        self, call: ApiCall, paging: Paging, name: str, start: int, size: int | None
    ) -> Answer:
        found = self._lists[name]
        end = len(found.items) if size is None else start + size
        shown = found.items[start:end]
        members = dict(found.members)
        for result in paging.results:
            if result in members:
                members[result] = [item for listed_in, item in shown if listed_in == result]
        if "KeyCount" in members:
            members["KeyCount"] = len(shown)
        if size is not None:
            token = f"weather-{name}-{end}-{0 if shown else 1}"
            members |= dict.fromkeys(paging.answered, token)
            if paging.more is not None:
                members[paging.more] = True
        return encoded(call, members, found.answer)


def page_size(chance: Random, left: int, came_empty: int, limit: int | None) -> int:
    """From none to all that is left; never two empty pages one after the other."""
    return chance.randint(min(came_empty, left), left if limit is None else min(limit, left))


def parts(name: str, item: Any) -> list[Any]:
    """The items that may be on different pages: GetMetricData may return a metric in two parts."""
    if name != "MetricDataResults" or len(item.get("Values", [])) < 2:
        return [item]
    half = len(item["Values"]) // 2
    return [
        item | {key: item[key][:half] for key in ("Timestamps", "Values")} | PARTIAL,
        item | {key: item[key][half:] for key in ("Timestamps", "Values")},
    ]


PARTIAL = {"StatusCode": "PartialData"}

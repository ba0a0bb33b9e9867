"""The calls that make a deployment, recorded, and made again in another moto.

moto draws what it makes up, ids above all, from one generator, and reads one clock. A recorded call
begins with a seed of its own and sees one moment; made again after the same calls, with that seed
and at that moment, it gives the same answer. Alarms are evaluated afterwards only: the one that
notifies a topic would draw from the generator too.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from moto.moto_api._internal import mock_random

from local_cloud.additions.cloudwatch import WATCH
from local_cloud.clock.activity import ACTIVITY
from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.raw_request import RawRequest

BYTES = "latin-1"  # any bytes are text in it
# The answers of calls that only read are of little use in a comparison: a certificate has another
# serial number, for one.
READS = ("Describe", "Get", "List", "Head")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")  # of a text, perhaps with the address of a queue
Perform = Callable[[RawRequest], Answer]


@dataclass(frozen=True)
class RecordedCall:
    """A call as it came over the wire, the moment that it saw, and its answer."""

    moment: float
    service: str
    operation: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int
    answer: str

    @classmethod
    def of(
        cls, moment: float, call: ApiCall, request: RawRequest, answer: Answer
    ) -> "RecordedCall":
        status, _, content = answer
        return cls(
            moment,
            call.service,
            call.operation,
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body.decode(BYTES),
            status,
            content.decode(BYTES),
        )

    @property
    def request(self) -> RawRequest:
        body = self.body.encode(BYTES)
        return RawRequest(self.method, self.path, self.query, self.headers, body)

    def is_answered_by(self, answer: Answer) -> bool:
        status, _, content = answer
        if self.operation.startswith(READS):
            return status == self.status
        given, wanted = (DIGEST.sub("", text) for text in (content.decode(BYTES), self.answer))
        return (status, given) == (self.status, wanted)


class Recording:
    """Passes calls on, and records them from `begin` to `end`. Call this with the lock held."""

    def __init__(self) -> None:
        self._calls: list[RecordedCall] | None = None

    def begin(self) -> dict[str, Any]:
        self._calls = []
        WATCH.turn(False)
        return {}

    def end(self, file: Path, host: str) -> int:
        """Writes the calls, whose host and port this is, into the file; returns how many."""
        calls, self._calls = self._calls or [], None
        mock_random.seed()
        WATCH.turn(True)
        lines = [json.dumps({"host": host}), *(json.dumps(asdict(each)) for each in calls)]
        file.write_text("\n".join(lines) + "\n")
        return len(calls)

    def around(self, request: RawRequest, call: ApiCall, perform: Perform) -> Answer:
        if self._calls is None:
            return perform(request)
        moment = ACTIVITY.clock.now()
        with repeatable(len(self._calls), moment):
            answer = perform(request)
        self._calls.append(RecordedCall.of(moment, call, request, answer))
        return answer

    def make_again(self, file: Path, host: str, perform: Perform) -> dict[str, Any]:
        """Makes the file's calls here; the first that is answered otherwise is the last."""
        calls = read(file, host)
        WATCH.turn(False)
        for number, call in enumerate(calls):
            with repeatable(number, call.moment):
                answer = perform(call.request)
            if not call.is_answered_by(answer):
                differs = f"{call.service} {call.operation}, call {number} of {len(calls)}"
                return {"made": number, "differs": differs}
        mock_random.seed()
        WATCH.turn(True)
        latest = calls[-1].moment if calls else 0.0
        ACTIVITY.clock.advance(max(0.0, latest - ACTIVITY.clock.now()))
        ACTIVITY.note_deployment()
        return {"made": len(calls), "differs": None}


@contextmanager
def repeatable(seed: int, moment: float) -> Iterator[None]:
    mock_random.seed(seed)
    with ACTIVITY.clock.standing_at(moment):
        yield


def read(file: Path, host: str) -> list[RecordedCall]:
    """The file's calls as if they had come to `host`: queues have it in their addresses."""
    text = file.read_text()
    recorded = json.loads(text[: text.index("\n")])["host"]
    _, *lines = moved(text, recorded, host).splitlines()
    return [RecordedCall(**json.loads(line)) for line in lines]


def moved(text: str, old: str, new: str) -> str:
    """The text with the new host and port in the place of the old, percent-encoded ones too."""
    return text.replace(old, new).replace(quote(old), quote(new))

"""What all worlds of a run have used and been refused, merged from their records."""

import json
from dataclasses import dataclass
from pathlib import Path

from local_cloud.gate.policy import Request
from local_cloud.process.moto_process import CALLS
from local_cloud.rights.call_record import Grant


@dataclass(frozen=True)
class Calls:
    """The merged records of a run."""

    used: dict[Grant, list[Request]]  # one request for each resource
    # Who was refused what without a test's intention: a role, a service, or the operator.
    refusals: tuple[tuple[str, str], ...]
    deliberate: frozenset[str]  # the tests that were refused something on purpose

    @classmethod
    def read(cls, work: Path) -> "Calls":
        lines = [
            json.loads(line)
            for path in sorted((work / CALLS).glob("*.jsonl"))
            for line in path.read_text().splitlines()
        ]
        used: dict[Grant, list[Request]] = {}
        for line in lines:
            if "used" in line:
                owner, statement, action = line["used"]
                used.setdefault((owner, statement, action), []).append(Request(**line["by"]))
        refused = [each for each in lines if "refused" in each]
        unmeant = [(each["by"], each["refused"]) for each in refused if not each["deliberate"]]
        return cls(
            used,
            tuple(dict.fromkeys(unmeant)),
            frozenset(each["deliberate"] for each in refused if each["deliberate"]),
        )

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(message for _, message in self.refusals))

    def refused_to(self, who: str) -> tuple[str, ...]:
        return tuple(message for by, message in self.refusals if by == who)

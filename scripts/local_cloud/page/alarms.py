"""The alarms, which of them ring and why, and the cure of each."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from local_cloud.page import deployed, manual
from local_cloud.process.world import World

STATES = ("ALARM", "INSUFFICIENT_DATA", "OK")
CHANGES = 50


@dataclass(frozen=True)
class Shown:
    """An alarm with its cure; `key` is its name without the environment."""

    key: str
    name: str
    state: str
    reason: str
    first_step: str
    cure: list[tuple[str, list[str]]]
    dead_letters: str | None  # the queue whose dead letters can be put back

    @property
    def rings(self) -> bool:
        return self.state == "ALARM"


def views(world: World) -> Blueprint:
    page = Blueprint("alarms", __name__)

    @page.get("/alarms")
    def every() -> str:
        found = listed(world)
        changes = world.moto.ask("alarms")["changes"]
        return render_template(
            "alarms.html",
            title="Alarms",
            alarms=sorted(found, key=lambda each: (STATES.index(each.state), each.name)),
            changes=changes[: -CHANGES - 1 : -1],
            ringing=sum(each.rings for each in found),
        )

    return page


def listed(world: World) -> list[Shown]:
    environment = deployed.variable(world, "ENVIRONMENT") or "test"
    said = {
        each["AlarmName"]: str(each.get("AlarmDescription", ""))
        for page in world.cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
        for each in page["MetricAlarms"]
    }
    queues = [each["name"] for each in world.moto.ask("queues") if each["deadLetterQueueOf"]]
    alarms = world.moto.ask("alarms")["alarms"]
    return [shown(each, said.get(each["name"], ""), environment, queues) for each in alarms]


def shown(alarm: dict[str, Any], description: str, environment: str, queues: list[str]) -> Shown:
    key = str(alarm["name"]).removesuffix(f"-{environment}")
    queue = str(alarm["name"]).replace("-dlq-messages", "-dlq")
    return Shown(
        key,
        alarm["name"],
        alarm["state"],
        alarm["reason"] or "",
        description,
        manual.alarms().get(key, []),
        queue if queue in queues else None,
    )

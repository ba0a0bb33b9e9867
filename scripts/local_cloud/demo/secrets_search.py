"""A search for secrets in everything that can be read."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from local_cloud.process.world import World

PROGRAMS = ("functions", "terraform-data")  # folders of the work folder that hold code only


def places_of(secrets: Iterable[str], texts: Iterable[tuple[str, str]]) -> tuple[list[str], int]:
    """Where any of the secrets was found, in any disguise, and how many texts were searched."""
    forms = {form for secret in secrets for form in disguises(secret)}
    found, count = [], 0
    for place, text in texts:
        count += 1
        if any(form in text for form in forms):
            found.append(place)
    return found, count


def disguises(secret: str) -> set[str]:
    """The secret as it is, as JSON and URLs write it, and in base64 wherever it begins."""
    raw = secret.encode()
    shifted = {base64.b64encode(b"?" * n + raw)[4 if n else 0 : -4].decode() for n in range(3)}
    return {secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/"), quote(secret, "")} | {
        each for each in shifted if len(each) > 16
    }


def everything(world: World, table: str) -> Iterator[tuple[str, str]]:
    yield from log_lines(world)
    for route in ("refusals", "losses", "queues", "outbox"):
        yield route, json.dumps(world.moto.ask(route))
    yield "status", json.dumps(world.status())
    yield "complaints", json.dumps(world.complaints)
    yield "Google's requests", json.dumps(world.mailbox.requests)
    for segment in list(world.xray.segments):
        yield f"X-Ray segment {segment.get('name', '')}", json.dumps(segment)
    pages = world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for item in (item for page in pages for item in page["Items"]):
        yield f"row {item['SK']['S']}", json.dumps(item, default=str)
    yield from files(world.work)


def log_lines(world: World) -> Iterator[tuple[str, str]]:
    logs: Any = world.cloud.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                for event in events["events"]:
                    yield f"log group {name}", event["message"]


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """State, logs and plans: all that the world writes beside programs."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and inner.parts[0] not in PROGRAMS:
            yield f"file {inner}", path.read_text(errors="replace")

"""The table: its rules, which can be changed, and its other rows."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local_cloud.page import deployed
from local_cloud.process.world import World

ACTIONS = ("forward-to-gmail", "bounce", "store")
LONGEST = 320  # of an address
MOST = 2000  # rows
FIELDS = {"PK", "SK", "entity_type", "recipient", "action", "target", "enabled", "description"}
FIELDS |= {"created_at", "updated_at"}
VALUE = TypeDeserializer().deserialize


def views(world: World) -> Blueprint:
    page = Blueprint("rules", __name__)

    @page.get("/table")
    def every() -> str:
        rows = listed(world)
        others = [each for each in rows if not is_rule(each)]
        kinds = Counter(str(each["PK"]).partition("#")[0] for each in others)
        return render_template(
            "table.html",
            title="Table",
            rules=[described(each) for each in rows if is_rule(each)],
            others=[(each["PK"], each["SK"], in_words(each)) for each in others],
            kinds=sorted(kinds.items()),
        )

    @page.get("/table/rule")
    def edit() -> str:
        wanted = request.args.get("recipient")
        if wanted is None:
            return form({"recipient": "", "action": ACTIONS[0], "enabled": True}, None)
        for row in listed(world):
            if is_rule(row) and row["PK"] == f"ROUTE#{wanted}":
                return form(described(row), None)
        raise NotFound("There is no rule for this recipient.")

    @page.post("/table/rule")
    def save() -> Response | tuple[str, int]:
        given = {
            name: request.form.get(name, "").strip()
            for name in ("recipient", "action", "target", "description")
        }
        rule = {**given, "enabled": "enabled" in request.form}
        problem = wrong(given)
        if problem is not None:
            return form(rule, problem), 422
        put(world, rule)
        return redirect(url_for("rules.every"), 303)

    return page


def form(rule: dict[str, Any], problem: str | None) -> str:
    return render_template(
        "rule.html", title="Rule", rule=rule, problem=problem, actions=ACTIONS, longest=LONGEST
    )


def wrong(given: dict[str, str]) -> str | None:
    if not 0 < len(given["recipient"]) <= LONGEST:
        return "Name the recipient: an address, *@domain or *."
    if given["action"] not in ACTIONS:
        return f"The action is one of {', '.join(ACTIONS)}."
    if given["action"] == ACTIONS[0] and "@" not in given["target"]:
        return "Name the mailbox that the mail is forwarded to."
    return None


def put(world: World, rule: dict[str, Any]) -> None:
    """Makes or changes the rule; whatever else it says stays."""
    table = deployed.table(world)
    if table is None:
        raise NotFound("No deployed function names a table.")
    now = datetime.fromtimestamp(world.cloud.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    recipient = rule["recipient"].lower()
    values = {
        "entity_type": {"S": "ROUTE"},
        "recipient": {"S": recipient},
        "action": {"S": rule["action"]},
        "target": {"S": rule["target"]},
        "description": {"S": rule["description"]},
        "enabled": {"BOOL": rule["enabled"]},
        "updated_at": {"S": now},
    }
    changes = [f"#{name} = :{name}" for name in values]
    world.cloud.client("dynamodb").update_item(
        TableName=table,
        Key={"PK": {"S": f"ROUTE#{recipient}"}, "SK": {"S": "RULE#v1"}},
        UpdateExpression=(
            f"SET {', '.join(changes)}, created_at = if_not_exists(created_at, :updated_at)"
        ),
        ExpressionAttributeNames={f"#{name}": name for name in values},
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
    )


def listed(world: World) -> list[dict[str, Any]]:
    table = deployed.table(world)
    if table is None:
        return []
    found: list[dict[str, Any]] = []
    pages = world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for page in pages:
        found += [{name: VALUE(value) for name, value in row.items()} for row in page["Items"]]
        if len(found) >= MOST:
            break
    return sorted(found[:MOST], key=lambda row: (str(row["PK"]), str(row["SK"])))


def is_rule(row: dict[str, Any]) -> bool:
    return str(row["PK"]).startswith("ROUTE#") and row["SK"] == "RULE#v1"


def described(row: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in row.items() if name not in FIELDS}
    return {
        "recipient": str(row["PK"]).removeprefix("ROUTE#"),
        "action": row.get("action", ""),
        "target": row.get("target", ""),
        "description": row.get("description", ""),
        "enabled": row.get("enabled", True) is not False,
        "others": in_words(others) if others else "",
    }


def in_words(row: dict[str, Any]) -> str:
    shown = {name: value for name, value in row.items() if name not in ("PK", "SK")}
    return json.dumps(shown, default=str, ensure_ascii=False, sort_keys=True)

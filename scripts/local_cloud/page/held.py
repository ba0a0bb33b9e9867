"""The mail that is held in the bucket, and why each is."""

from itertools import islice
from typing import Any

from flask import Blueprint, render_template

from local_cloud.page import deployed, overview
from local_cloud.process.world import World

NEWEST = 200
MOST = 5000
DELIVERED = ("imported", "bounced")


def views(world: World) -> Blueprint:
    page = Blueprint("held", __name__)

    @page.get("/held")
    def every() -> str:
        objects = listed(world)
        mails = {each["messageId"]: each for each in overview.newest(world, MOST)}
        rows = [row(each, mails) for each in objects[:NEWEST]]
        return render_template("held.html", title="Held mail", held=rows, count=len(objects))

    return page


def listed(world: World) -> list[dict[str, Any]]:
    """The objects of the bucket, newest first."""
    bucket = deployed.bucket(world)
    if bucket is None:
        return []
    pages = (
        world.cloud.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=bucket, Prefix=deployed.PREFIX)
    )
    found = islice((each for page in pages for each in page.get("Contents", [])), MOST)
    mails = [each for each in found if each["Key"].removeprefix(deployed.PREFIX) != overview.SETUP]
    return sorted(mails, key=lambda each: each["LastModified"], reverse=True)


def row(stored: dict[str, Any], mails: dict[str, dict[str, Any]]) -> dict[str, Any]:
    message_id = str(stored["Key"]).removeprefix(deployed.PREFIX)
    mail = mails.get(message_id, {})
    return {
        "id": message_id,
        "size": stored["Size"],
        "at": mail.get("receivedAt") or stored["LastModified"].timestamp(),
        "from": mail.get("from") or mail.get("source"),
        "subject": mail.get("subject"),
        "isKnown": bool(mail),
        "reasons": reasons(mail),
    }


def reasons(mail: dict[str, Any]) -> list[str]:
    """Why the mail is still there, one reason for each recipient that is not delivered."""
    found = [
        f"{each['recipient']}: {each['outcome']}, {each['detail']}"
        for each in mail.get("recipients", [])
        if each["outcome"] not in DELIVERED
    ]
    if found or not mail:
        return found or ["nothing is known of it in this run"]
    # A report leaves the mail as the only copy.
    return [f"{each['recipient']}: {each['outcome']}" for each in mail["recipients"]]

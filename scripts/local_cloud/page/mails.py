"""All mails that arrived, and the timeline of each."""

from typing import Any

from botocore.exceptions import ClientError
from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from local_cloud.page import deployed, overview
from local_cloud.page.message import taken_apart
from local_cloud.page.parts import downloaded
from local_cloud.process.world import World

LINES = 200  # of one invocation
MISSING = ("NoSuchKey", "404", "NoSuchBucket")


def views(world: World) -> Blueprint:
    page = Blueprint("mails", __name__)

    @page.get("/")
    def every() -> str:
        found = overview.newest(world)
        return render_template(
            "mails.html", title="Mail", mails=found, moving=overview.in_words(found)
        )

    @page.get("/mail/<message_id>")
    def timeline(message_id: str) -> str:
        mail = overview.one(world, message_id)
        if mail is None:
            raise NotFound("No mail with this id has arrived.")
        for stage in mail["stages"]:
            stage["lines"] = log_lines(world, stage)
        raw = stored(world, message_id)
        return render_template(
            "timeline.html",
            title="Mail",
            mail=mail,
            moving=overview.in_words([mail]),
            message=taken_apart(raw) if raw is not None else None,
            ledger=ledger(world, message_id),
        )

    @page.get("/mail/<message_id>/raw")
    def raw(message_id: str) -> Response:
        return downloaded(needed(world, message_id), f"{message_id}.eml")

    @page.get("/mail/<message_id>/part/<int:number>")
    def part(message_id: str, number: int) -> Response:
        message = taken_apart(needed(world, message_id))
        if not 0 < number <= len(message.parts):
            raise NotFound("The mail has no such part.")
        return downloaded(message.parts[number - 1].content, f"{message_id}-part-{number}")

    return page


def stored(world: World, message_id: str) -> bytes | None:
    """The mail in the bucket, where it is still there."""
    bucket = deployed.bucket(world)
    if bucket is None:
        return None
    try:
        answer = world.cloud.client("s3").get_object(
            Bucket=bucket, Key=f"{deployed.PREFIX}{message_id}"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    raw: bytes = answer["Body"].read()
    return raw


def needed(world: World, message_id: str) -> bytes:
    raw = stored(world, message_id)
    if raw is None:
        raise NotFound("The mail is not in the bucket.")
    return raw


def log_lines(world: World, stage: dict[str, Any]) -> list[str]:
    """What the function has logged in the invocation of this stage."""
    group = deployed.log_group(world, stage.get("function", ""))
    if group is None or not stage.get("requestId"):
        return []
    try:
        answer = world.cloud.client("logs").filter_log_events(
            logGroupName=group, filterPattern=f'"{stage["requestId"]}"', limit=LINES
        )
    except ClientError:
        return []  # nothing was logged yet
    return [each["message"].rstrip() for each in answer["events"]]


def ledger(world: World, message_id: str) -> list[dict[str, Any]]:
    """The rows of what was done with the mail."""
    table = deployed.table(world)
    if table is None:
        return []
    answer = world.cloud.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="PK = :mail",
        ExpressionAttributeValues={":mail": {"S": f"MAIL#{message_id}"}},
    )
    return [
        {name: next(iter(value.values())) for name, value in row.items()} for row in answer["Items"]
    ]

"""The reports as a sender would see them: every message that SES has sent."""

import base64
from typing import Any

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from local_cloud.page.message import Message, head_of, taken_apart
from local_cloud.page.parts import downloaded
from local_cloud.process.world import World
from local_cloud.report.evidence import addresses

NEWEST = 200


def views(world: World) -> Blueprint:
    page = Blueprint("reports", __name__)

    @page.get("/reports")
    def every() -> str:
        sent = world.moto.ask("outbox")
        rows = [row(each) for each in sent[: -NEWEST - 1 : -1]]
        return render_template("reports.html", title="Reports", reports=rows, count=len(sent))

    @page.get("/report/<message_id>")
    def report(message_id: str) -> str:
        sent = needed(world, message_id)
        message = opened(sent)
        return render_template(
            "report.html",
            title=message.header("subject") or "(no subject)",
            sent=row(sent),
            message=message,
        )

    @page.get("/report/<message_id>/raw")
    def raw(message_id: str) -> Response:
        return downloaded(raw_of(needed(world, message_id)), f"{message_id}.eml")

    @page.get("/report/<message_id>/part/<int:number>")
    def part(message_id: str, number: int) -> Response:
        parts = opened(needed(world, message_id)).parts
        if not 0 < number <= len(parts):
            raise NotFound("The report has no such part.")
        return downloaded(parts[number - 1].content, f"{message_id}-part-{number}")

    return page


def needed(world: World, message_id: str) -> dict[str, Any]:
    for sent in world.moto.ask("outbox"):
        if sent["messageId"] == message_id:
            found: dict[str, Any] = sent
            return found
    raise NotFound("SES has sent no message of this id.")


def opened(sent: dict[str, Any]) -> Message:
    return taken_apart(raw_of(sent))


def raw_of(sent: dict[str, Any]) -> bytes:
    """The bytes, or a message for what was sent in pieces, by version 1 of SES's API."""
    if raw := base64.b64decode(sent["rawBase64"]):
        return raw
    subject = " ".join(str(sent["subject"] or "").split())
    return f"Subject: {subject}\r\n\r\n{sent['text'] or ''}".encode("utf-8", "replace")


def row(sent: dict[str, Any]) -> dict[str, Any]:
    head = head_of(raw_of(sent))
    return {
        "id": sent["messageId"],
        "from": head.header("from") or sent["source"],
        "to": addresses(sent),
        "subject": head.header("subject") or "(no subject)",
        "at": sent["sentAt"],
    }

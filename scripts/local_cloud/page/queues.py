"""The queues and their dead letters, and how dead letters go back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from local_cloud.host.journal import mail_of_event, mail_of_notification
from local_cloud.page.overview import SETUP
from local_cloud.process.world import World

MESSAGES = 50


def views(world: World) -> Blueprint:
    page = Blueprint("queues", __name__)

    @page.get("/queues")
    def every() -> str:
        found = sorted(world.moto.ask("queues"), key=lambda each: str(each["name"]))
        names = {each["arn"]: each["name"] for each in found}
        for queue in found:
            queue["of"] = [names[arn] for arn in queue["deadLetterQueueOf"]]
            queue["mails"] = [row(each) for each in queue["messages"][:MESSAGES]]
        losses = world.moto.ask("losses")
        return render_template("queues.html", title="Queues", queues=found, losses=losses)

    @page.post("/queues/redrive")
    def move() -> Response:
        name = request.form.get("queue", "")
        for queue in world.moto.ask("queues"):
            if queue["name"] == name and queue["deadLetterQueueOf"]:
                redrive(world, queue)
                return redirect(url_for("queues.every"), 303)
        raise BadRequest("There is no dead-letter queue of this name.")

    return page


def redrive(world: World, queue: dict[str, Any]) -> None:
    """Moves the dead letters of this queue back to where they come from."""
    world.cloud.client("sqs").start_message_move_task(
        SourceArn=queue["arn"], DestinationArn=queue["deadLetterQueueOf"][0]
    )


def row(message: dict[str, Any]) -> dict[str, Any]:
    """A message in a queue, and the mail that it is about."""
    body = message["body"]
    named = (mail_of_event(body), mail_of_notification(body))
    return {
        "id": message["messageId"],
        "mail": next((each for each in named if each not in ("?", SETUP)), None),
        "receives": message["receiveCount"],
        "visibleIn": message["visibleInSeconds"],
        "body": body[:4000],
    }

"""Whether something has happened since a page was made: what `live.js` asks, again and again."""

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from local_cloud.process.world import World

WAIT_SECONDS = 20.0


def views(world: World) -> Blueprint:
    page = Blueprint("live", __name__)

    @page.get("/changes")
    def changes() -> dict[str, int]:
        """Waits until there is a later version than the one given."""
        try:
            since = int(request.args.get("since", "-1"))
        except ValueError:
            raise BadRequest("since is a number.") from None
        return {"version": world.journal.wait(since, WAIT_SECONDS)}

    return page

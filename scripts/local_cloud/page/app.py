"""The page's application: its views, its guard, and what its templates can call."""

from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from local_cloud.host.inbound import MAXIMUM_MAIL
from local_cloud.page import (
    alarms,
    compose,
    faults,
    held,
    live,
    mailboxes,
    mails,
    queues,
    reports,
    rules,
    shown,
)
from local_cloud.page.guard import Guard
from local_cloud.process.world import World

VIEWS = (mails, mailboxes, reports, held, queues, alarms, rules, compose, faults, live)
FORM_BYTES = 64 * 1024  # around a mail
MENU = (
    ("mails.every", "Mail"),
    ("mailboxes.every", "Mailboxes"),
    ("reports.every", "Reports"),
    ("held.every", "Held"),
    ("queues.every", "Queues"),
    ("alarms.every", "Alarms"),
    ("rules.every", "Table"),
    ("compose.form", "Compose"),
    ("faults.every", "Faults"),
)


def make_app(world: World, authorities: frozenset[str]) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_MAIL + FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES * 16
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= shown.FILTERS
    Guard(authorities).install(app)
    for module in VIEWS:
        app.register_blueprint(module.views(world))
    app.context_processor(lambda: {"menu": MENU, "version": world.journal.wait(-1, 0)})
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(ClientError, failed)
    app.register_error_handler(BotoCoreError, failed)
    return app


def refused(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    if code == 421 or request.method not in ("GET", "HEAD"):
        # Whoever may not ask gets no page with a token in it.
        return Response(f"{error.description}\n", code, mimetype="text/plain")
    return make_response(render_template("error.html", title=error.name, error=error), code)


def failed(error: Exception) -> Response:
    return make_response(
        render_template("error.html", title="AWS refused", error={"description": str(error)}), 502
    )

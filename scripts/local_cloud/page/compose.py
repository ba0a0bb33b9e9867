"""A mail written here, or a file of one, that arrives at SES as if a stranger had sent it."""

from email.message import EmailMessage
from email.utils import formatdate, getaddresses, make_msgid
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from local_cloud.host.inbound import MailRefused
from local_cloud.host.notification import VERDICTS, Verdicts, headers_of
from local_cloud.page import rules
from local_cloud.process.world import World

RESULTS = ("PASS", "FAIL", "GRAY")
POLICIES = ("none", "quarantine", "reject")
FIELDS = ("from", "to", "subject", "text", "policy", *VERDICTS)
DEFAULTS = {"from": "ann@remote.example", "subject": "Hello", "text": "Hello,\n\nhow are you?\n"}


class Unsendable(ValueError):
    """What is given makes no mail."""


def views(world: World) -> Blueprint:
    page = Blueprint("compose", __name__)

    @page.get("/compose")
    def form() -> str:
        return shown(world, {**dict.fromkeys(FIELDS, ""), **DEFAULTS}, None)

    @page.post("/compose")
    def send() -> Response | tuple[str, int]:
        given = {name: request.form.get(name, "").strip() for name in FIELDS}
        file = request.files.get("file")
        raw = file.read() if file is not None else b""
        try:
            message_id = receive(world, given, raw)
        except (MailRefused, Unsendable) as error:
            return shown(world, given, str(error)), 422
        return redirect(url_for("mails.timeline", message_id=message_id), 303)

    return page


def shown(world: World, given: dict[str, str], problem: str | None) -> str:
    known = [each["recipient"] for each in map(rules.described, rules.listed(world))]
    return render_template(
        "compose.html",
        title="Compose",
        given=given,
        problem=problem,
        verdicts=VERDICTS,
        results=RESULTS,
        policies=POLICIES,
        recipients=[each for each in known if "@" in each and "*" not in each],
    )


def receive(world: World, given: dict[str, str], raw: bytes) -> str:
    source, recipients = given["from"], addresses([given["to"]])
    if raw:
        source = source or next(iter(named_in(raw, "from")), "")
        recipients = recipients or named_in(raw, "to", "cc")
    if not recipients:
        raise Unsendable("Name at least one recipient.")
    verdicts = Verdicts(
        {name: given[name] for name in VERDICTS if given[name] in RESULTS},
        given["policy"] if given["policy"] in POLICIES else None,
    )
    message = raw or written(given, source, recipients, world.cloud.clock())
    return world.inbound.receive(message, source, recipients, verdicts).message_id


def written(given: dict[str, Any], source: str, recipients: list[str], now: float) -> bytes:
    message = EmailMessage()
    try:
        message["From"] = source
        message["To"] = ", ".join(recipients)
        message["Subject"] = given["subject"]
        message["Date"] = formatdate(now)
        message["Message-ID"] = make_msgid(domain="remote.example")
        message.set_content(given["text"])
        return bytes(message).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    except (ValueError, LookupError, IndexError) as error:
        raise Unsendable(f"This makes no mail: {error}.") from error


def named_in(raw: bytes, *names: str) -> list[str]:
    return addresses([value for name, value in headers_of(raw) if name.lower() in names])


def addresses(values: list[str]) -> list[str]:
    found = (address.strip() for _, address in getaddresses(values))
    return list(dict.fromkeys(each for each in found if "@" in each))

"""The mailboxes as Gmail would show them: inbox, Spam, labels, and each message."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from local_cloud.mailbox.store import Stored
from local_cloud.page.message import head_of, taken_apart
from local_cloud.page.parts import downloaded
from local_cloud.process.world import World

NEWEST = 200
ALL = "ALL"
ASIDE = ("SPAM", "TRASH")  # in no other place of Gmail's
NAMES = {
    "INBOX": "Inbox",
    "SPAM": "Spam",
    "TRASH": "Trash",
    "STARRED": "Starred",
    "IMPORTANT": "Important",
    "UNREAD": "Unread",
    ALL: "All Mail",
}
ALWAYS = ("INBOX", "STARRED", "SPAM", "TRASH")


def views(world: World) -> Blueprint:
    page = Blueprint("mailboxes", __name__)

    @page.get("/mailboxes")
    def every() -> str:
        addresses = known(world)
        counts = [(each, counted(world, each)) for each in addresses]
        return render_template("mailboxes.html", title="Mailboxes", mailboxes=counts)

    @page.get("/mailbox/<path:address>")
    def mailbox(address: str) -> str:
        if address not in known(world):
            raise NotFound("There is no mailbox of this address.")
        label = request.args.get("label", "INBOX")
        labels = label_names(world, address)
        if label not in labels:
            raise NotFound("The mailbox has no such label.")
        found = [each for each in world.mailbox.store.messages(address) if is_in(each, label)]
        threads = [each.thread for each in world.mailbox.store.messages(address)]
        return render_template(
            "mailbox.html",
            title=f"{labels[label]}, {address}",
            address=address,
            label=label,
            labels=[(each, name, unread(world, address, each)) for each, name in labels.items()],
            names=labels,
            messages=[row(each, threads) for each in found[: -NEWEST - 1 : -1]],
            count=len(found),
        )

    @page.get("/message/<identifier>")
    def message(identifier: str) -> str:
        stored = needed(world, identifier)
        thread = [
            each
            for each in world.mailbox.store.messages(stored.mailbox)
            if each.thread == stored.thread
        ]
        shown = taken_apart(stored.raw)
        return render_template(
            "message.html",
            title=shown.header("subject") or "(no subject)",
            stored=stored,
            message=shown,
            names=label_names(world, stored.mailbox),
            thread=[row(each, []) for each in thread] if len(thread) > 1 else [],
        )

    @page.get("/message/<identifier>/raw")
    def raw(identifier: str) -> Response:
        return downloaded(needed(world, identifier).raw, f"{identifier}.eml")

    @page.get("/message/<identifier>/part/<int:number>")
    def part(identifier: str, number: int) -> Response:
        parts = taken_apart(needed(world, identifier).raw).parts
        if not 0 < number <= len(parts):
            raise NotFound("The message has no such part.")
        return downloaded(parts[number - 1].content, f"{identifier}-part-{number}")

    return page


def known(world: World) -> list[str]:
    """Every account, and every mailbox that has mail."""
    accounts = [each["address"] for each in world.mailbox.accounts.export()]
    return sorted({*accounts, *(each.mailbox for each in world.mailbox.store.messages())})


def needed(world: World, identifier: str) -> Stored:
    stored = world.mailbox.store.find(identifier)
    if stored is None:
        raise NotFound("There is no such message.")
    return stored


def label_names(world: World, address: str) -> dict[str, str]:
    """The labels to choose from: Gmail's own that are in use or always there, and the owner's."""
    used = {label for each in world.mailbox.store.messages(address) for label in each.labels}
    names = {
        each["id"]: NAMES.get(each["id"], pretty(each["name"]))
        for each in world.mailbox.labels.every(address)
        if each["id"] in ALWAYS or each["id"] in used or each["type"] == "user"
    }
    first = ("INBOX", "STARRED")
    return {**{each: names[each] for each in first}, ALL: NAMES[ALL], **names}


def pretty(name: str) -> str:
    return name.removeprefix("CATEGORY_").capitalize() if name.isupper() else name


def is_in(stored: Stored, label: str) -> bool:
    """Whether Gmail lists it there: Spam and Trash are apart from everything else."""
    aside = [each for each in ASIDE if each in stored.labels]
    if label in ASIDE:
        return label in stored.labels
    return not aside and (label == ALL or label in stored.labels)


def unread(world: World, address: str, label: str) -> int:
    return sum(
        1
        for each in world.mailbox.store.messages(address)
        if is_in(each, label) and "UNREAD" in each.labels
    )


def counted(world: World, address: str) -> dict[str, int]:
    found = world.mailbox.store.messages(address)
    return {
        "messages": sum(is_in(each, ALL) for each in found),
        "unread": unread(world, address, "INBOX"),
        "spam": sum(is_in(each, "SPAM") for each in found),
    }


def row(stored: Stored, threads: list[str]) -> dict[str, Any]:
    """What a list shows of a message; `thread` is how many messages its thread has."""
    heads = head_of(stored.raw)
    return {
        "id": stored.id,
        "from": heads.header("from"),
        "subject": heads.header("subject") or "(no subject)",
        "at": stored.arrived_at,
        "labels": [each for each in stored.labels if each != "UNREAD"],
        "isUnread": "UNREAD" in stored.labels,
        "thread": threads.count(stored.thread),
    }

"""The end of the demo at a glance: what was sent, where it ended, and how long that took."""

from statistics import median
from typing import Any

from local_cloud.command.table import aligned

# The places in which a mail ends for a recipient, and why it ends there.
PLACES = {
    "imported": ("Gmail inbox", "a rule forwards it"),
    "junk": ("Gmail Spam", "spam, or a forged sender"),
    "refused": ("notice in Gmail", "Gmail refuses it for good"),
    "bounced": ("report to the sender", "there is no such address"),
    "suppressed": ("storage, no report", "a machine sent it, or nobody can prove who"),
    "stored": ("storage", "a rule, spam or a blocked sender"),
    "dead-letter": ("dead-letter queue", "every try has failed"),
    "dropped": ("nowhere", "the router made nothing of it"),
    "lost": ("nowhere", "it was handled, and arrived nowhere"),
}
UNFINISHED = ("on its way", "it had no time to arrive")
HEADER = ("sent", "because", "ended in", "took", "longest")


def summary(mails: list[dict[str, Any]]) -> str:
    """One line for each kind of end, one line for all."""
    seconds: dict[tuple[str, str], list[float]] = {place: [] for place in PLACES.values()}
    received = [mail for mail in mails if mail["receivedAt"] is not None]
    for mail in received:
        for recipient in mail["recipients"]:
            place = PLACES.get(recipient["outcome"], UNFINISHED)
            seconds.setdefault(place, []).append(took(mail, recipient))
    rows = [
        (f"{len(found):2}", why, where, span(median(found)), span(max(found)))
        for (where, why), found in seconds.items()
        if found
    ]
    every = [each for found in seconds.values() for each in found]
    count = f"{len(received)} mails with {len(every)} ends"
    return f"{aligned(HEADER, rows)}\n\n{count}. Hours are of a clock that was moved to the retry."


def took(mail: dict[str, Any], recipient: dict[str, Any]) -> float:
    """World seconds from the mail's arrival to this end."""
    last = max((each["at"] for each in mail["stages"]), default=mail["receivedAt"])
    end: float = (recipient.get("at") or last) - mail["receivedAt"]
    return end


def span(seconds: float) -> str:
    """`0.42 s`, `3 min`, `6.0 h`"""
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"

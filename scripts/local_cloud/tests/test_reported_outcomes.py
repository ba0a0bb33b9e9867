"""What became of a mail, as the evidence shows it."""

from typing import Any

import pytest

from local_cloud.host.journal import Mail
from local_cloud.report.evidence import Evidence
from local_cloud.report.status import report

QUEUE = "arn:forwarder"
TARGET = {"target": "a@example.com", "destination": "Me@gmail.com"}
NOTICE = {
    "mailbox": "me@gmail.com",
    "messageId": "<mail-1.refused@ses-mail.invalid>",
    "sha256": "other",
    "arrivedAt": 7.0,
    "imports": 1,
    "via": "multipart",
}


JUNK = {
    "mailbox": "me@gmail.com",
    "messageId": "<mail-1.junk@ses-mail.invalid>",
    "sha256": "changed",
    "arrivedAt": 7.0,
    "imports": 1,
    "via": "multipart",
}


def entry(stage: str, **more: Any) -> dict[str, Any]:
    return {
        "stage": stage,
        "function": stage,
        "queue": QUEUE,
        "at": 2.0,
        "startedAt": 1.0,
        "seconds": 1.0,
        "receiveCount": 1,
        "problem": None,
        "requestId": "r",
        **more,
    }


@pytest.mark.parametrize(
    ("problem", "imports", "outcome", "settled"),
    [
        (None, [NOTICE], "refused", True),
        # The record failed after the notice: it will be delivered again.
        ("the record failed", [NOTICE], "in flight", False),
        (None, [NOTICE | {"mailbox": "you@gmail.com"}], "lost", True),
        (None, [NOTICE | {"messageId": "<mail-2.refused@ses-mail.invalid>"}], "lost", True),
    ],
)
def test_a_mail_with_a_notice_in_its_place_is_refused(
    problem: str | None, imports: list[dict[str, Any]], outcome: str, settled: bool
) -> None:
    found = report_on(TARGET, imports, problem)
    assert [each["outcome"] for each in found["recipients"]] == [outcome]
    assert found["isSettled"] == settled


@pytest.mark.parametrize(
    ("imports", "outcome"),
    [
        ([JUNK], "junk"),
        # A good mail of the same bytes, and another mail's junk, are no import of this junk.
        ([JUNK | {"messageId": "<1@remote.example>", "sha256": "mine"}], "refused"),
        ([JUNK | {"messageId": "<mail-2.junk@ses-mail.invalid>"}], "refused"),
        ([], "refused"),
    ],
)
def test_junk_is_found_in_spam_by_the_name_that_the_forwarder_gave_it(
    imports: list[dict[str, Any]], outcome: str
) -> None:
    found = report_on(TARGET | {"junk": True}, imports)
    assert [each["outcome"] for each in found["recipients"]] == [outcome]
    assert found["isSettled"]


def test_junk_is_no_delivery_of_a_good_mail() -> None:
    assert report_on(TARGET, [JUNK])["recipients"][0]["outcome"] == "lost"


def report_on(
    target: dict[str, Any], imports: list[dict[str, Any]], problem: str | None = None
) -> dict[str, Any]:
    decision = {"forward-to-gmail": {"count": 1, "targets": [target]}}
    entries = [entry("route", decision=[decision]), entry("handle", problem=problem)]
    mail = Mail("mail-1", {"at": 0.0, "sha256": "mine"}, entries)
    return report(mail, Evidence([], [], imports, {"forward-to-gmail": QUEUE}))

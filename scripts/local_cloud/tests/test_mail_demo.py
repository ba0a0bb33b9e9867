"""The demo's judgement of a mail notices what is wrong."""

from types import SimpleNamespace
from typing import Any

import pytest

from local_cloud.demo.cases import FAMILY, LABEL, MY, SPAM, TOGETHER, Case
from local_cloud.demo.judge import Sent, recipient_problems
from local_cloud.mailbox.store import Store

CASES = {each.title: each for each in TOGETHER}
JUNK_NAME = b"Message-ID: <id-1.junk@ses-mail.invalid>\r\n"
RENAMED = JUNK_NAME + SPAM.raw().replace(b"Message-ID:", b"X-Original-Message-ID:", 1)
INBOX = ("INBOX", "UNREAD")


def problems(case: Case, *imports: tuple[str, bytes, tuple[str, ...]], **seen: Any) -> list[str]:
    """What is wrong with a mail that came into these mailboxes, and is reported as expected but for
    what is `seen`.
    """
    store = Store()
    for mailbox, raw, labels in imports:
        store.put(mailbox, raw, list(labels), {"internalDateSource": "receivedTime"}, "multipart")
    world: Any = SimpleNamespace(mailbox=SimpleNamespace(store=store))
    ((recipient, expected),) = case.expected.items()
    rows = [
        {
            "recipient": recipient,
            "outcome": each.outcome,
            "destination": each.mailbox,
            "rule": each.rule,
            "detail": "",
            **(seen if each is expected[0] else {}),
        }
        for each in expected
    ]
    return recipient_problems(world, Sent(case, "id-1"), rows, expected)


def test_junk_is_in_spam_under_a_name_of_its_own() -> None:
    assert problems(SPAM, (MY, RENAMED, ("SPAM", "UNREAD"))) == []
    assert problems(SPAM, (MY, RENAMED, INBOX)) == ["labels ('INBOX', 'UNREAD')"]
    assert problems(SPAM, (MY, SPAM.raw(), ("SPAM", "UNREAD"))) == [f"0 equal messages in {MY}"]
    assert problems(SPAM) == [f"0 equal messages in {MY}"]


@pytest.mark.parametrize(
    "seen",
    [{"outcome": "imported"}, {"destination": FAMILY}, {"rule": "ROUTE#*"}, {"outcome": "stored"}],
)
def test_another_fate_than_the_expected_one_is_seen(seen: dict[str, str]) -> None:
    assert problems(SPAM, (MY, RENAMED, ("SPAM", "UNREAD")), **seen)


def test_each_mailbox_has_the_mail_once() -> None:
    case = CASES["two mailboxes"]
    one, other = ((mailbox, case.raw(), INBOX) for mailbox in (MY, FAMILY))
    assert problems(case, one, other) == []
    assert problems(case, one) == [f"0 equal messages in {FAMILY}"]


def test_a_label_that_is_missing_is_seen() -> None:
    case = CASES["label"]
    assert problems(case, (MY, case.raw(), (*INBOX, LABEL))) == []
    assert problems(case, (MY, case.raw(), INBOX)) == ["labels ('INBOX', 'UNREAD')"]

"""The emulated Gmail knows labels by their ids, as the real one does."""

import json
from typing import Any

import pytest

from local_cloud.mailbox.accounts import SCOPE, SCOPES
from local_cloud.tests.google import ME, Google

LABELS = f"/gmail/v1/users/{ME}/labels"


def ask(google: Google, method: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    google.account.scopes[:] = SCOPES
    content = json.dumps(body).encode() if body is not None else b""
    status, answer, _ = google.ask(method, LABELS, content, Authorization=google.bearer())
    return status, answer


def test_a_label_is_made_listed_and_given_by_its_id(google: Google) -> None:
    status, made = ask(google, "POST", {"name": "Shops/Books"})
    assert (status, made["name"], made["type"]) == (200, "Shops/Books", "user")
    listed = ask(google, "GET")[1]["labels"]
    assert made in listed and {"id": "INBOX", "name": "INBOX", "type": "system"} in listed
    status, answer = google.send(labels=("INBOX", made["id"]))
    assert status == 200 and answer["labelIds"] == ["INBOX", made["id"]]


@pytest.mark.parametrize(
    "labels",
    [
        ("INBOX", "Label_9"),
        ("INBOX", "Books"),
        ("INBOX", "SPAM"),
        ("SPAM", "TRASH"),
        ("SENT",),
        ("inbox",),
    ],
)
def test_a_label_that_does_not_exist_or_contradicts_another_is_refused(
    google: Google, labels: tuple[str, ...]
) -> None:
    ask(google, "POST", {"name": "Books"})
    status, answer = google.send(labels=labels)
    assert status == 400 and answer["error"]["message"].startswith("Invalid label")
    assert google.mailbox.store.messages() == []


@pytest.mark.parametrize("name", ["books", "INBOX", "sent", " "])
def test_a_name_that_is_taken_or_none_makes_no_label(google: Google, name: str) -> None:
    ask(google, "POST", {"name": "Books"})
    assert ask(google, "POST", {"name": name})[0] in (400, 409)
    assert sum(each["type"] == "user" for each in ask(google, "GET")[1]["labels"]) == 1


def test_a_token_without_the_scope_of_labels_may_only_import(google: Google) -> None:
    status, answer, _ = google.ask("GET", LABELS, Authorization=google.bearer())
    assert status == 403
    assert answer["error"]["errors"][0]["reason"] == "insufficientPermissions"
    assert google.refresh()[1]["scope"] == SCOPE
    assert google.send()[0] == 200


def test_a_token_without_the_scope_of_imports_may_not_import(google: Google) -> None:
    google.account.scopes[:] = SCOPES[1:]
    assert google.send()[0] == 403
    assert google.mailbox.store.messages() == []

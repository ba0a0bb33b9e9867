"""The mailbox answers as Google does, and fails on demand."""

import base64
import json
from http.client import RemoteDisconnected
from typing import Any

import pytest

from local_cloud.mailbox.faults import Fault
from local_cloud.tests.google import BROKEN, IMPORT, ME, RAW, Google


def reason(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["errors"][0]["reason"]


def test_a_multipart_import_keeps_the_bytes_and_labels(google: Google) -> None:
    status, answer = google.send()
    stored = google.mailbox.store.messages(ME)[0]
    assert status == 200 and answer["id"] == stored.id
    assert stored.raw == RAW and stored.labels == ["INBOX", "UNREAD"]
    assert stored.options == {"internalDateSource": "receivedTime"}


def test_an_equal_message_id_is_merged(google: Google) -> None:
    first, second = google.send(labels=("INBOX",)), google.send(labels=("UNREAD",))
    assert first[1]["id"] == second[1]["id"] and second[1]["labelIds"] == ["INBOX", "UNREAD"]
    google.send(b"Subject: no id\r\n\r\n")
    google.send(b"Subject: no id\r\n\r\n")
    assert [each.imports for each in google.mailbox.store.messages()] == [2, 1, 1]


@pytest.mark.parametrize(
    ("fields", "joins"),
    [
        (b"Subject: Re: Figures\r\nReferences: <0@a.example> <1@a.example>", True),
        (b"Subject: figures\r\nIn-Reply-To: <1@a.example>", True),
        (b"Subject: Re: Holidays\r\nIn-Reply-To: <1@a.example>", False),
        (b"Subject: Re: Figures\r\nReferences: <2@a.example>", False),
        (b"Subject: Re: Figures", False),
    ],
)
def test_an_answer_joins_the_thread_of_its_message(
    google: Google, fields: bytes, joins: bool
) -> None:
    first = google.send(b"Message-ID: <1@a.example>\r\nSubject: Figures\r\n\r\n")[1]
    answer = google.send(b"Message-ID: <3@a.example>\r\n" + fields + b"\r\n\r\n")[1]
    assert first["threadId"] == first["id"] != answer["id"]
    assert (answer["threadId"] == first["threadId"]) is joins


def test_a_message_id_on_a_line_of_its_own_is_the_same(google: Google) -> None:
    first = google.send(b"Message-ID: <1@a.example>\r\n\r\n")
    second = google.send(b"Message-ID:\r\n <1@a.example>\r\n\r\n")
    assert first[1]["id"] == second[1]["id"]
    assert google.mailbox.store.messages()[0].message_id == "<1@a.example>"


def test_a_json_import(google: Google) -> None:
    body = json.dumps({"raw": base64.urlsafe_b64encode(RAW).decode().rstrip("=")}).encode()
    status, _, _ = google.ask(
        "POST", f"/gmail/v1/users/{ME}/messages/import", body, Authorization=google.bearer()
    )
    assert status == 200 and google.mailbox.store.messages()[0].raw == RAW


@pytest.mark.parametrize(
    ("user", "status"), [("me", 200), ("ME%40gmail.com", 200), ("other%40gmail.com", 403)]
)
def test_the_user_is_the_tokens_own_account(google: Google, user: str, status: int) -> None:
    path = f"/upload/gmail/v1/users/{user}/messages/import"
    assert google.send(path=path)[0] == status


def test_an_unknown_or_expired_access_token_is_refused(google: Google) -> None:
    assert reason(google.send(bearer="Bearer made-up")) == (401, "authError")
    bearer = google.bearer()
    google.mailbox.accounts.expire_access_tokens()
    assert google.send(bearer=bearer)[0] == 401


def test_refreshing(google: Google) -> None:
    status, answer = google.refresh()
    assert status == 200 and answer["token_type"] == "Bearer" and answer["expires_in"] == 3599
    assert google.refresh(client_secret="x")[0] == 401
    assert google.refresh(refresh_token="x") == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    assert google.refresh(grant_type="password")[1]["error"] == "unsupported_grant_type"


def test_a_rotated_refresh_token_replaces_the_old_one(google: Google) -> None:
    old = google.account.refresh_token
    google.mailbox.faults.add(Fault("rotate", "token"))
    new = google.refresh()[1]["refresh_token"]
    assert google.refresh(refresh_token=old)[0] == 400
    assert google.refresh(refresh_token=new)[0] == 200


def test_a_revoked_account_has_no_grant(google: Google) -> None:
    old = google.account.refresh_token
    google.mailbox.accounts.revoke(ME)
    assert google.refresh(refresh_token=old)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (429, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (500, "backendError"),
        (503, "backendError"),
        (403, "insufficientPermissions"),
        (400, "invalidArgument"),
    ],
)
def test_a_fault_is_used_once(google: Google, status: int, why: str) -> None:
    google.mailbox.faults.add(Fault("status", "import", status, why, retry_after="1"))
    assert reason(google.send()) == (status, why)
    assert google.send()[0] == 200


def test_a_refuse_stays_and_knows_its_mails(google: Google) -> None:
    google.mailbox.faults.add(
        Fault("refuse", status=400, reason="invalidArgument", header="X-Bad: yes")
    )
    google.mailbox.faults.add(Fault("refuse", status=413, reason="uploadTooLarge", above_bytes=100))
    bad = b"Message-ID: <2@x>\r\nx-bad: YES\r\n\r\nbody\r\n"
    for _ in range(2):
        assert reason(google.send(bad)) == (400, "invalidArgument")
        assert reason(google.send(RAW + b"." * 100)) == (413, "uploadTooLarge")
    assert google.send(RAW + b"X-Bad: yes\r\n")[0] == 200
    assert google.send(b"X-Bad: yes or no\r\n\r\n")[0] == 200


def test_a_refuse_knows_a_mail_by_something() -> None:
    with pytest.raises(ValueError, match="above_bytes"):
        Fault.from_json({"kind": "refuse"})


def test_a_reset_before_or_after_the_effect(google: Google) -> None:
    for kind, stored in (("reset", 0), ("reset-after", 1)):
        google.mailbox.faults.add(Fault(kind, "import"))
        with pytest.raises(BROKEN):
            google.send()
        assert len(google.mailbox.store.messages()) == stored


def test_a_held_request_gets_no_answer(google: Google) -> None:
    google.mailbox.faults.add(Fault("timeout", "import", hold_seconds=0.2))
    with pytest.raises(RemoteDisconnected):
        google.send()


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/related", 'multipart/related; boundary="other"']
)
def test_a_malformed_multipart_is_refused(google: Google, content_type: str) -> None:
    status, _, _ = google.ask(
        "POST",
        f"{IMPORT}?uploadType=multipart",
        b"--=b\r\nx",
        Authorization=google.bearer(),
        Content_Type=content_type,
    )
    assert status == 400

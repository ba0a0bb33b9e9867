"""Does the mailbox answer as Google does, and misbehave as told?"""

import base64
import json
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlencode

import pytest

from local_cloud.mailbox.accounts import Account
from local_cloud.mailbox.faults import Fault
from local_cloud.mailbox.server import Mailbox

ME = "me@gmail.com"
IMPORT = f"/upload/gmail/v1/users/{ME}/messages/import"
RAW = b"Message-ID: <1@x>\r\nSubject: s\r\n\r\n\xff body\r\n"
CHUNK = 256 * 1024


class Google:
    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self.account: Account = self.mailbox.accounts.add(ME)

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        connection = HTTPConnection(self.mailbox.url.removeprefix("http://"), timeout=5)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, json.loads(content or b"null"), dict(response.headers.items())

    def refresh(self, **changes: str) -> tuple[int, Any]:
        form = {
            "grant_type": "refresh_token",
            "client_id": self.account.client_id,
            "client_secret": self.account.client_secret,
            "refresh_token": self.account.refresh_token,
        } | changes
        return self.ask("POST", "/token", urlencode(form).encode())[:2]

    def bearer(self) -> str:
        return f"Bearer {self.refresh()[1]['access_token']}"

    def send(
        self,
        raw: bytes = RAW,
        bearer: str | None = None,
        path: str = IMPORT,
        labels: tuple[str, ...] = ("INBOX", "UNREAD"),
    ) -> tuple[int, Any]:
        body = (
            b"--=b\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
            + json.dumps({"labelIds": labels}).encode()
            + b"\r\n--=b\r\nContent-Type: message/rfc822\r\n\r\n"
            + raw
            + b"\r\n--=b--\r\n"
        )
        return self.ask(
            "POST",
            f"{path}?uploadType=multipart&internalDateSource=receivedTime",
            body,
            Authorization=bearer or self.bearer(),
            Content_Type='multipart/related; boundary="=b"',
        )[:2]

    def start(self, size: int) -> str:
        status, _, headers = self.ask(
            "POST",
            f"{IMPORT}?uploadType=resumable",
            b'{"labelIds":["INBOX"]}',
            Authorization=self.bearer(),
            X_Upload_Content_Type="message/rfc822",
            X_Upload_Content_Length=str(size),
        )
        assert status == 200
        return headers["Location"].removeprefix(self.mailbox.url)


@pytest.fixture
def google() -> Iterator[Google]:
    google = Google()
    yield google
    google.mailbox.close()


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


def test_a_reset_before_or_after_the_effect(google: Google) -> None:
    for kind, stored in (("reset", 0), ("reset-after", 1)):
        google.mailbox.faults.add(Fault(kind, "import"))
        with pytest.raises((ConnectionResetError, RemoteDisconnected, BrokenPipeError)):
            google.send()
        assert len(google.mailbox.store.messages()) == stored


def test_a_held_request_gets_no_answer(google: Google) -> None:
    google.mailbox.faults.add(Fault("timeout", "import", hold_seconds=0.2))
    with pytest.raises(RemoteDisconnected):
        google.send()


def test_a_resumable_upload_in_chunks(google: Google) -> None:
    raw = RAW + b"x" * (CHUNK * 2)
    where = google.start(len(raw))
    status, _, headers = google.ask(
        "PUT", where, raw[:CHUNK], Content_Range=f"bytes 0-{CHUNK - 1}/{len(raw)}"
    )
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(raw)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, answer, _ = google.ask(
        "PUT", where, raw[CHUNK:], Content_Range=(f"bytes {CHUNK}-{len(raw) - 1}/{len(raw)}")
    )
    assert status == 200 and google.mailbox.store.find(answer["id"]) is not None
    assert google.mailbox.store.messages()[0].raw == raw
    assert google.ask("PUT", where, raw)[0] == 404  # the session is over


def test_a_resumable_upload_at_once_and_untouched_ranges(google: Google) -> None:
    where = google.start(len(RAW))
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(RAW)}")
    assert status == 308 and "Range" not in headers
    assert google.ask("PUT", where, RAW)[0] == 200


def test_a_broken_upload_goes_on_where_it_broke(google: Google) -> None:
    raw = RAW + b"x" * (CHUNK * 3)
    where = google.start(len(raw))
    google.mailbox.faults.add(Fault("cut", "upload", after_bytes=CHUNK + 5000))
    with pytest.raises((ConnectionResetError, RemoteDisconnected, BrokenPipeError)):
        google.ask("PUT", where, raw)
    status, _, headers = google.ask("PUT", where, Content_Range=f"bytes */{len(raw)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    status, _, _ = google.ask(
        "PUT", where, raw[CHUNK:], Content_Range=(f"bytes {CHUNK}-{len(raw) - 1}/{len(raw)}")
    )
    assert status == 200 and google.mailbox.store.messages()[0].raw == raw


@pytest.mark.parametrize("status", [404, 410])
def test_a_lost_session_stays_lost(google: Google, status: int) -> None:
    where = google.start(len(RAW))
    google.mailbox.faults.add(Fault("status", "upload", status, "notFound"))
    assert google.ask("PUT", where, RAW)[0] == status
    assert google.ask("PUT", where, RAW)[0] == 404


def test_a_chunk_of_an_odd_size_is_refused(google: Google) -> None:
    where = google.start(CHUNK * 2)
    assert google.ask("PUT", where, b"x" * 1000, Content_Range=f"bytes 0-999/{CHUNK * 2}")[0] == 400


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

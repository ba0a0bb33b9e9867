"""A client of the mailbox for tests: one account, plain requests."""

import json
import ssl
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from local_cloud.connection.authority import Authority
from local_cloud.mailbox.accounts import Account
from local_cloud.mailbox.server import Mailbox

ME = "me@gmail.com"
IMPORT = f"/upload/gmail/v1/users/{ME}/messages/import"
RAW = b"Message-ID: <1@x>\r\nSubject: s\r\n\r\n\xff body\r\n"
CHUNK = 256 * 1024
# What a client sees of a connection that is reset, by where in its request that happens.
BROKEN = (ConnectionError, ssl.SSLEOFError)


class Google:
    """A mailbox, its one account, and requests to it."""

    def __init__(self, work: Path) -> None:
        authority = Authority.create(work)
        self._context = authority.client_context()
        self.mailbox = Mailbox(authority.server_context())
        self.account: Account = self.mailbox.accounts.add(ME)

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        connection = self.connect()
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, json.loads(content or b"null"), dict(response.headers.items())

    def connect(self) -> HTTPSConnection:
        where = self.mailbox.url.removeprefix("https://")
        return HTTPSConnection(where, timeout=60, context=self._context)

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

"""The consent of a person: the page of the authorization endpoint, and the code that it gives.

There is nobody to ask here: the account in `login_hint` consents to everything at once, or else the
first account of the client. A new address has an account from then on.
https://developers.google.com/identity/protocols/oauth2/native-app
https://datatracker.ietf.org/doc/html/rfc7636
"""

import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from local_cloud.connection.exchange import Answer
from local_cloud.mailbox.accounts import SCOPES, Accounts, invalid_client, invalid_grant

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Consent:
    """What a code stands for, until it is exchanged."""

    address: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: list[str]


class Consents:
    """The codes that were given and not exchanged yet."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._lock = threading.Lock()
        self._codes: dict[str, Consent] = {}

    def ask(self, question: dict[str, str], is_denied: bool = False, unticked: str = "") -> Answer:
        """Sends the browser back with a code, or shows what is wrong with the request.

        `unticked` is the scope whose box the person leaves empty on the page.
        """
        client_id = question.get("client_id", "")
        if not self._accounts.has_client(client_id):
            return page(401, "invalid_client", "The OAuth client was not found.")
        redirect_uri = question.get("redirect_uri", "")
        where = urlsplit(redirect_uri)
        if where.scheme != "http" or where.hostname not in LOOPBACK:
            return page(400, "redirect_uri_mismatch", "A desktop client is answered on loopback.")
        scopes = question.get("scope", "").split()
        if question.get("response_type") != "code" or not scopes or {*scopes} - {*SCOPES}:
            return page(400, "invalid_scope", f"Here only a code for {', '.join(SCOPES)} is given.")
        if question.get("code_challenge_method") != "S256" or not question.get("code_challenge"):
            return page(400, "invalid_request", "PKCE with S256 is missing.")
        granted = [scope for scope in scopes if scope != unticked]
        if is_denied or not granted:
            answer = {"error": "access_denied"}
        else:
            code = f"4/0{secrets.token_urlsafe(48)}"
            address = question.get("login_hint") or self._accounts.first_of_client(client_id)
            with self._lock:
                self._codes[code] = Consent(
                    address or "", client_id, redirect_uri, question["code_challenge"], granted
                )
            answer = {"code": code, "scope": " ".join(granted)}
        state = {"state": question["state"]} if "state" in question else {}
        return Answer(302, headers={"Location": f"{redirect_uri}?{urlencode(state | answer)}"})

    def exchange(self, form: dict[str, str]) -> Answer:
        """A code is valid for one exchange, with the values that the browser's request had."""
        if not self._accounts.has_client(form.get("client_id", ""), form.get("client_secret", "")):
            return invalid_client()
        with self._lock:
            consent = self._codes.pop(form.get("code", ""), None)
        if (
            consent is None
            or consent.client_id != form["client_id"]
            or consent.redirect_uri != form.get("redirect_uri")
            or consent.challenge != challenge(form.get("code_verifier", ""))
        ):
            return invalid_grant()
        return Answer.of_json(
            self._accounts.consent(
                consent.address, form["client_id"], form["client_secret"], consent.scopes
            )
        )


def challenge(verifier: str) -> str:
    """The code challenge of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def page(status: int, error: str, text: str) -> Answer:
    body = f"Error {status}: {error}. {text}\n"
    return Answer(status, body.encode(), {"Content-Type": "text/plain; charset=UTF-8"})

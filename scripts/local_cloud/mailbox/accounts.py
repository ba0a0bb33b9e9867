"""Google accounts with their refresh and access tokens.

https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from local_cloud.connection.exchange import Answer

LIFE_SECONDS = 3599
SCOPE = "https://www.googleapis.com/auth/gmail.insert"
LABELS_SCOPE = "https://www.googleapis.com/auth/gmail.labels"
SCOPES = (SCOPE, LABELS_SCOPE)  # what a person can consent to here


@dataclass
class Account:
    """A Google account, its refresh token and what its owner consented to."""

    address: str
    client_id: str
    client_secret: str
    refresh_token: str
    scopes: list[str] = field(default_factory=lambda: [SCOPE])

    def token_file(self) -> dict[str, Any]:
        """A token.json as google-auth writes it, without an access token."""
        return {
            "token": None,
            "refresh_token": self.refresh_token,
            "token_uri": "https://oauth2.googleapis.com/token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scopes": self.scopes,
            "universe_domain": "googleapis.com",
            "account": self.address,
            "expiry": "2020-01-01T00:00:00.000000Z",
        }


@dataclass(frozen=True)
class Access:
    """What an access token opens, and until when."""

    address: str
    end: float
    scopes: tuple[str, ...]


class Accounts:
    """All accounts, and the access tokens that are valid."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._access: dict[str, Access] = {}
        self.refreshes = 0

    def add(self, address: str, scopes: tuple[str, ...] = (SCOPE,)) -> Account:
        account = Account(
            address.lower(),
            f"{secrets.token_hex(6)}.apps.googleusercontent.com",
            f"GOCSPX-{secrets.token_urlsafe(18)}",
            f"1//{secrets.token_urlsafe(32)}",
            list(scopes),
        )
        with self._lock:
            self._accounts[account.address] = account
        return account

    def restore(self, values: list[dict[str, Any]]) -> None:
        with self._lock:
            for value in values:
                self._accounts[value["address"]] = Account(**value)

    def export(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(account) for account in self._accounts.values()]

    def get(self, address: str) -> Account | None:
        return self._accounts.get(address.lower())

    def revoke(self, address: str) -> None:
        with self._lock:
            account = self._accounts[address.lower()]
            account.refresh_token = f"1//{secrets.token_urlsafe(32)}"
            self._access = {t: v for t, v in self._access.items() if v.address != account.address}

    def expire_access_tokens(self) -> None:
        with self._lock:
            self._access.clear()

    def access(self, authorization: str | None) -> Access | None:
        """What an Authorization header's token opens, if the token is valid."""
        kind, _, token = (authorization or "").partition(" ")
        with self._lock:
            access = self._access.get(token)
        is_valid = access is not None and kind == "Bearer" and access.end > self._clock()
        return access if is_valid else None

    def owner(self, authorization: str | None) -> str | None:
        """The address of an Authorization header's token, if the token is valid."""
        access = self.access(authorization)
        return access.address if access else None

    def has_client(self, client_id: str, client_secret: str | None = None) -> bool:
        """Whether this OAuth client exists, with this secret where one is given."""
        with self._lock:
            return any(
                each.client_id == client_id and client_secret in (None, each.client_secret)
                for each in self._accounts.values()
            )

    def first_of_client(self, client_id: str) -> str | None:
        with self._lock:
            found = (e.address for e in self._accounts.values() if e.client_id == client_id)
            return next(found, None)

    def consent(
        self, address: str, client_id: str, client_secret: str, scopes: list[str]
    ) -> dict[str, Any]:
        """A new refresh token and the first access token; the account's older ones are revoked."""
        account = Account(
            address.lower(), client_id, client_secret, f"1//{secrets.token_urlsafe(32)}", scopes
        )
        with self._lock:
            self._accounts[account.address] = account
            return self._grant(account) | {"refresh_token": account.refresh_token}

    def _grant(self, account: Account) -> dict[str, Any]:
        """The caller holds the lock."""
        token = f"ya29.{secrets.token_urlsafe(48)}"
        end = self._clock() + LIFE_SECONDS
        self._access[token] = Access(account.address, end, tuple(account.scopes))
        return {
            "access_token": token,
            "expires_in": LIFE_SECONDS,
            "scope": " ".join(account.scopes),
            "token_type": "Bearer",
        }

    def refresh(self, form: dict[str, str], rotate: bool = False) -> Answer:
        if form.get("grant_type") != "refresh_token":
            return Answer.of_json(
                {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}, 400
            )
        if not self.has_client(form.get("client_id", ""), form.get("client_secret", "")):
            return invalid_client()
        with self._lock:
            account = next(
                (
                    each
                    for each in self._accounts.values()
                    if (each.client_id, each.refresh_token)
                    == (form.get("client_id"), form.get("refresh_token"))
                ),
                None,
            )
            if account is None:
                return invalid_grant()
            self.refreshes += 1
            answer = self._grant(account)
            if rotate:
                account.refresh_token = f"1//{secrets.token_urlsafe(32)}"
                answer["refresh_token"] = account.refresh_token
        return Answer.of_json(answer)


def invalid_grant() -> Answer:
    return Answer.of_json(
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400
    )


def invalid_client() -> Answer:
    return Answer.of_json({"error": "invalid_client", "error_description": "Unauthorized"}, 401)

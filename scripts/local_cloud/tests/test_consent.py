"""A desktop client gets a token as from Google, and only with the values of its own request."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from local_cloud.mailbox.accounts import LABELS_SCOPE, SCOPE, SCOPES
from local_cloud.mailbox.consents import challenge
from local_cloud.mailbox.faults import Fault
from local_cloud.mailbox.server import AUTHORIZATION
from local_cloud.process.world import World
from local_cloud.tests.google import ME, Google

VERIFIER = "v" * 43


def question(google: Google, **changes: str) -> dict[str, str]:
    return {
        "client_id": google.account.client_id,
        "redirect_uri": "http://127.0.0.1:9/",
        "response_type": "code",
        "scope": SCOPE,
        "state": "s",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    } | changes


def consent(google: Google, **changes: str) -> dict[str, str]:
    """The query with which the browser is sent back."""
    status, where = ask(google, **changes)
    assert status == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


def ask(google: Google, **changes: str) -> tuple[int, str]:
    connection = google.connect()
    connection.request("GET", f"{AUTHORIZATION}?{urlencode(question(google, **changes))}")
    response = connection.getresponse()
    connection.close()
    return response.status, response.headers.get("Location", "")


def exchange(google: Google, code: str, **changes: str) -> tuple[int, Any]:
    form = {
        "grant_type": "authorization_code",
        "client_id": google.account.client_id,
        "client_secret": google.account.client_secret,
        "redirect_uri": "http://127.0.0.1:9/",
        "code": code,
        "code_verifier": VERIFIER,
    } | changes
    return google.ask("POST", "/token", urlencode(form).encode())[:2]


def test_the_challenge_is_that_of_the_standard() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("hint", ["", "new@gmail.com"])
def test_a_code_brings_a_refresh_token_that_works(google: Google, hint: str) -> None:
    answer = consent(google, **({"login_hint": hint} if hint else {}))
    assert answer["state"] == "s" and answer["scope"] == SCOPE
    status, token = exchange(google, answer["code"])
    assert status == 200 and token["expires_in"] == 3599
    assert google.refresh(refresh_token=token["refresh_token"])[0] == 200
    assert google.mailbox.accounts.owner(f"Bearer {token['access_token']}") == (hint or ME)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8/"}, "invalid_grant"),
        ({"client_secret": "x"}, "invalid_client"),
    ],
)
def test_a_code_is_good_only_for_who_asked(
    google: Google, changes: dict[str, str], error: str
) -> None:
    code = consent(google)["code"]
    assert exchange(google, code, **changes)[1]["error"] == error


def test_a_code_is_good_once(google: Google) -> None:
    code = consent(google)["code"]
    assert exchange(google, code)[0] == 200
    assert exchange(google, code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "x"}, 401),
        ({"redirect_uri": "http://example.com/"}, 400),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, 400),
        ({"scope": "https://mail.google.com/"}, 400),
        ({"code_challenge_method": "plain"}, 400),
    ],
)
def test_a_wrong_question_is_shown_to_the_person(
    google: Google, changes: dict[str, str], status: int
) -> None:
    assert ask(google, **changes) == (status, "")


def test_a_person_may_say_no(google: Google) -> None:
    google.mailbox.faults.add(Fault("deny", "consent"))
    assert consent(google) == {"state": "s", "error": "access_denied"}
    assert "code" in consent(google)


def test_a_code_brings_the_scopes_that_were_consented_to(google: Google) -> None:
    both = " ".join(SCOPES)
    assert exchange(google, consent(google, scope=both)["code"])[1]["scope"] == both
    google.mailbox.faults.add(Fault("untick", "consent", scope=LABELS_SCOPE))
    token = exchange(google, consent(google, scope=both)["code"])[1]
    assert token["scope"] == SCOPE
    assert google.refresh(refresh_token=token["refresh_token"])[1]["scope"] == SCOPE
    google.mailbox.faults.add(Fault("untick", "consent", scope=SCOPE))
    assert consent(google)["error"] == "access_denied"


def test_the_emulated_aws_tells_where_google_is(world: World) -> None:
    where = world.moto.ask("google")
    assert where == world.mailbox.addresses
    assert where["GOOGLE_AUTHORIZATION_ENDPOINT_URL"].endswith(AUTHORIZATION)

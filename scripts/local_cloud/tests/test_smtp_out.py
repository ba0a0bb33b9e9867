"""A credential logs in and sends by SMTP as SES lets it, and what is for us comes in again."""

import smtplib
import ssl
from typing import Any

import pytest

from local_cloud import ACCOUNT, REGION
from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.credentials import (
    ARN,
    USER,
    Credential,
    client,
    logged_in,
    make,
    text_of,
)
from local_cloud.tests.functions import BUCKET

JOHN, FRIEND = "john@example.com", "friend@remote.example"
RAW = b"From: John <john@example.com>\r\nTo: all@example.com\r\nSubject: caf\xe9\r\n\r\n.\r\nHi\r\n"


def refused(world: World, credential: Credential, sender: str, raw: bytes) -> tuple[int, str]:
    """The refusal of the mail after its last byte; nothing has been sent."""
    with logged_in(world, credential) as asked, pytest.raises(smtplib.SMTPDataError) as refusal:
        asked.sendmail(sender, [FRIEND], raw)
    assert world.moto.ask("outbox") == []
    return refusal.value.smtp_code, text_of(refusal.value)


def written_by(*authors: str) -> bytes:
    lines = [f"From: {each}\r\n" for each in authors]
    return "".join([*lines, "Subject: s\r\n\r\nHi\r\n"]).encode()


def denied(domain: str) -> tuple[int, str]:
    return 554, (
        f"Access denied: User `{ARN}' is not authorized to perform `ses:SendRawEmail' on resource "
        f"`arn:aws:ses:{REGION}:{ACCOUNT}:identity/{domain}'"
    )


def unverified(address: str) -> tuple[int, str]:
    return 554, (
        "Message rejected: Email address is not verified. The following identities failed the "
        f"check in region AP-SOUTHEAST-2: {address}"
    )


def test_a_mail_to_one_of_our_own_domains_comes_in_again(world: World, wait: Waiter) -> None:
    credential = make(world, JOHN)
    with logged_in(world, credential) as asked:
        asked.sendmail(JOHN, ["nobody@example.com", FRIEND], RAW)
    (mail,) = wait.until(lambda: [each for each in world.status() if each["isSettled"]])
    # Not to all@example.com, who is in the header only.
    assert [each["recipient"] for each in mail["recipients"]] == ["nobody@example.com"]
    stored = world.cloud.client("s3").get_object(Bucket=BUCKET, Key=f"emails/{mail['messageId']}")
    assert stored["Body"].read().partition(b"\r\n")[2] == RAW
    sent = world.moto.ask("outbox")[0]
    assert sent["destinations"] == ["nobody@example.com", FRIEND]
    assert sent["accessKeyId"] == credential.key


def test_a_credential_logs_in_under_tls_from_the_start_too(world: World) -> None:
    credential = make(world, JOHN)
    with client(world, "tls") as asked:
        asked.login(credential.key, credential.password)
        asked.sendmail(JOHN, [FRIEND], RAW)
    assert [each["source"] for each in world.moto.ask("outbox")] == [JOHN]


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
@pytest.mark.parametrize("server", ["starttls", "tls"])
def test_both_ways_to_log_in_are_offered(world: World, server: str, mechanism: str) -> None:
    credential = make(world, JOHN)
    with client(world, server) as asked:
        if server == "starttls":
            asked.starttls(context=world.moto.authority.client_context())
        asked.ehlo()
        assert asked.esmtp_features["auth"].split() == ["LOGIN", "PLAIN"]
        asked.user, asked.password = credential.key, credential.password
        name = mechanism.removeprefix("auth_").upper()
        assert asked.auth(name, getattr(asked, mechanism)) == (235, b"Authentication successful.")


def test_only_the_password_of_an_active_key_logs_in(world: World) -> None:
    right = make(world, JOHN)
    other = world.cloud.client("iam").create_access_key(UserName=USER)["AccessKey"]
    login: dict[str, Any] = {"user": right.key, "password": right.password}
    for wrong in (
        {"password": right.secret},
        {"password": right.password.swapcase()},
        {"password": ""},
        {"user": other["AccessKeyId"]},
        {"user": "AKIANOBODY&key=" + right.key},
        {"user": "testing", "password": "testing"},
    ):
        with client(world, "tls") as asked:
            with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
                asked.login(**(login | wrong))
            assert refusal.value.smtp_code == 535
            assert refusal.value.smtp_error == b"Authentication Credentials Invalid"
            assert asked.mail(JOHN) == (530, b"Authentication required")
    world.cloud.client("iam").update_access_key(
        UserName=USER, AccessKeyId=right.key, Status="Inactive"
    )
    with client(world, "tls") as asked, pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
        asked.login(**login)


def test_a_key_that_is_disabled_after_the_login_sends_nothing(world: World) -> None:
    credential = make(world, JOHN)
    with logged_in(world, credential) as asked:
        world.cloud.client("iam").delete_access_key(UserName=USER, AccessKeyId=credential.key)
        with pytest.raises(smtplib.SMTPDataError, match="535"):
            asked.sendmail(JOHN, [FRIEND], RAW)
    assert world.moto.ask("outbox") == []


def test_nothing_is_said_in_the_clear(world: World) -> None:
    with client(world, "starttls") as asked:
        asked.ehlo()
        assert "starttls" in asked.esmtp_features and "auth" not in asked.esmtp_features
        for command in ("AUTH PLAIN AGEAYg==", f"MAIL FROM:<{JOHN}>", "RSET"):
            assert asked.docmd(command) == (530, b"Must issue a STARTTLS command first")


def test_a_client_that_does_not_know_the_authority_does_not_go_on(world: World) -> None:
    with client(world, "starttls") as asked, pytest.raises(ssl.SSLCertVerificationError):
        asked.starttls(context=ssl.create_default_context())
    with client(world, "starttls") as asked:
        asked.starttls(context=world.moto.authority.client_context())
        assert asked.ehlo()[0] == 250
    assert world.complaints == []


def test_the_from_field_has_to_be_in_the_users_policy(world: World) -> None:
    credential = make(world, JOHN, "*@news.example.com")
    boss = "boss@example.com"
    assert refused(world, credential, boss, written_by(boss)) == denied("example.com")
    # SES reads the field and not the envelope.
    assert refused(world, credential, JOHN, written_by(boss)) == denied("example.com")
    assert refused(world, credential, JOHN, written_by(f'"{JOHN}" <{boss}>')) == denied(
        "example.com"
    )
    capital = "John@example.com"
    assert refused(world, credential, capital, written_by(capital)) == denied("example.com")
    with logged_in(world, credential) as asked:
        asked.sendmail(boss, [FRIEND], written_by("weekly@news.example.com"))
    assert [each["source"] for each in world.moto.ask("outbox")] == ["weekly@news.example.com"]


def test_a_mail_without_a_from_field_is_from_its_envelopes_sender(world: World) -> None:
    credential = make(world, JOHN)
    raw = b"Subject: s\r\n\r\nHi\r\n"
    assert refused(world, credential, "boss@example.com", raw) == denied("example.com")
    with logged_in(world, credential) as asked:
        asked.sendmail(JOHN, [FRIEND], raw)
    assert [each["source"] for each in world.moto.ask("outbox")] == [JOHN]


def test_two_authors_are_refused(world: World) -> None:
    credential = make(world, "*")
    for raw in (written_by(JOHN, "boss@example.com"), written_by(f"{JOHN}, boss@example.com")):
        code, words = refused(world, credential, JOHN, raw)
        assert (code, words) == (554, "Transaction failed: Duplicate header 'From'.")


def test_the_boundary_limits_what_the_policy_allows(world: World) -> None:
    world.cloud.client("ses").verify_domain_identity(Domain="other.example")
    credential = make(world, "*", boundary=["*@example.com"])
    other = "john@other.example"
    assert refused(world, credential, other, written_by(other)) == denied("other.example")
    with logged_in(world, credential) as asked:
        asked.sendmail(JOHN, [FRIEND], written_by(JOHN))
    assert [each["source"] for each in world.moto.ask("outbox")] == [JOHN]


def test_an_address_that_no_identity_covers_is_refused(world: World) -> None:
    credential = make(world, "*")
    for stranger in ("john@notexample.com", "john@com"):
        assert refused(world, credential, stranger, written_by(stranger)) == unverified(stranger)
        assert refused(world, credential, stranger, written_by(JOHN)) == unverified(stranger)


@pytest.mark.parametrize("sender", ["", "john"])
def test_an_envelope_without_an_address_is_refused(world: World, sender: str) -> None:
    with logged_in(world, make(world, "*")) as asked:
        assert asked.mail(sender) == (501, b"Invalid MAIL FROM address provided")


def test_sess_limits_hold(world: World) -> None:
    with logged_in(world, make(world, "*")) as asked:
        assert asked.esmtp_features["size"] == "41943040"
        assert asked.mail(JOHN, ["SIZE=41943041"]) == (552, b"Message is too long.")
        asked.mail(JOHN)
        codes = [asked.rcpt(f"a{number}@remote.example")[0] for number in range(51)]
        assert codes == [250] * 50 + [554]


def test_ses_mail_finds_where_to_log_in(world: World) -> None:
    found: Any = world.moto.ask("smtp")
    assert found == {"SMTP_ENDPOINT_URL": f"smtp://{world.smtp.addresses['starttls']}"}

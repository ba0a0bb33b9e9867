"""Mail clients as they are: swaks where it is installed, and recorded dialogues of others.

In a record a line that begins with `C: ` was said by the client, one with `S: ` by us. `{id}` is
the name of a mail; `{plain}` and `{plain-as-itself}` are the login of the credential of the test.
"""

import base64
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.credentials import Credential, connect_gmail, make

RECORDS = Path(__file__).parent / "dialogues"
JOHN, ME = "john@example.com", "me@example.com"


@pytest.fixture(autouse=True)
def connected(world: World) -> None:
    connect_gmail(world)


def swaks(world: World, server: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("swaks")
    if program is None:
        pytest.skip("swaks is not installed; apt-get install swaks libnet-ssleay-perl")
    authority = ["--tls-verify", "--tls-ca-path", str(world.moto.authority.certificate)]
    return subprocess.run(
        [program, "--server", world.smtp.addresses[server], *authority, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


def imported(wait: Waiter, world: World) -> list[str]:
    """Who has the one mail, once nothing more happens to it."""
    (mail,) = wait.until(lambda: [each for each in world.status() if each["isSettled"]])
    return [each["recipient"] for each in mail["recipients"] if each["outcome"] == "imported"]


@pytest.mark.parametrize("more", [[], ["--tls"]])
def test_swaks_sends_in(world: World, wait: Waiter, more: list[str]) -> None:
    done = swaks(world, "inbound", "--from", "anna@remote.example", "--to", ME, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert imported(wait, world) == [ME]


def test_swaks_is_refused_as_by_ses(world: World) -> None:
    done = swaks(world, "inbound", "--from", "anna@remote.example", "--to", "a@nowhere.example")
    assert done.returncode == 24  # of swaks: no recipient was taken
    assert "<** 550 5.1.1 the domain of a@nowhere.example is not verified" in done.stdout


@pytest.mark.parametrize(("server", "how"), [("starttls", "--tls"), ("tls", "--tls-on-connect")])
def test_swaks_sends_out_and_the_mail_comes_in(
    world: World, wait: Waiter, server: str, how: str
) -> None:
    credential = make(world, JOHN)
    login = ["--auth-user", credential.key, "--auth-password", credential.password, how]
    done = swaks(world, server, *login, "--from", JOHN, "--to", ME)
    assert done.returncode == 0, done.stdout + done.stderr
    assert imported(wait, world) == [ME]
    denied = swaks(world, server, *login, "--from", "boss@example.com", "--to", ME)
    assert "<** 554 Access denied: User `" in denied.stdout.replace("<~*", "<**")


def plain_logins(credential: Credential) -> dict[str, str]:
    """The login of SASL's PLAIN, without and with a name on whose behalf it is (RFC 4616)."""
    login = f"\0{credential.key}\0{credential.password}"
    texts = {"{plain}": login, "{plain-as-itself}": credential.key + login}
    return {word: base64.b64encode(text.encode()).decode() for word, text in texts.items()}


def play(record: Path, world: World, server: str, credential: Credential | None = None) -> None:
    """Says what the client said, byte by byte, and expects what it was answered."""
    host, _, port = world.smtp.addresses[server].partition(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    if server == "tls":
        context = world.moto.authority.client_context()
        connection = context.wrap_socket(connection, server_hostname=host)
    logins = plain_logins(credential) if credential else {}
    with connection, connection.makefile("rb") as answers:
        for number, line in enumerate(record.read_text().splitlines(), 1):
            who, said = line[:3], line[3:]
            if who == "C: ":
                for word, login in logins.items():
                    said = said.replace(word, login)
                for byte in said.encode() + b"\r\n":
                    connection.sendall(bytes([byte]))
            elif who == "S: ":
                expected = re.escape(said).replace(re.escape("{id}"), "[0-9a-z-]+")
                heard = answers.readline().decode()
                assert re.fullmatch(expected, heard.removesuffix("\r\n")), (number, heard)
            else:
                assert line.startswith("#"), (number, line)
        assert answers.read() == b""


@pytest.mark.parametrize("name", ["msmtp-in", "mutt-in"])
def test_a_recorded_client_sends_in(world: World, wait: Waiter, name: str) -> None:
    play(RECORDS / f"{name}.txt", world, "inbound")
    assert imported(wait, world) == [ME]


@pytest.mark.parametrize("name", ["msmtp-out", "mutt-out"])
def test_a_recorded_client_sends_out_and_the_mail_comes_in(
    world: World, wait: Waiter, name: str
) -> None:
    play(RECORDS / f"{name}.txt", world, "tls", make(world, JOHN))
    assert imported(wait, world) == [ME]

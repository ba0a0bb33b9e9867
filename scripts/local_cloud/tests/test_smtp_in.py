"""Mail that any client sends by SMTP comes in as SES takes it: the same way, the same refusals."""

import smtplib
import socket
from pathlib import Path
from typing import Any

import pytest

from local_cloud.command.client import Client, Unreachable
from local_cloud.host.inbound import MAXIMUM_MAIL
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.smtp.servers import Ports
from local_cloud.smtp.verdict_header import UnknownVerdict, asked_for
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.credentials import client, connect_gmail, text_of
from local_cloud.tests.functions import BUCKET

SENDER, ME = "anna@remote.example", "me@example.com"
# A lone dot, a line that begins with one, bytes that are no UTF-8, and a very long line.
RAW = (
    b"From: anna@remote.example\r\nTo: me@example.com\r\nSubject: caf\xe9\r\n\r\n"
    b".\r\n..two\r\n.one\r\n" + b"x" * 5000 + b"\r\n"
)


@pytest.fixture(autouse=True)
def connected(request: pytest.FixtureRequest) -> None:
    if "world" in request.fixturenames:
        connect_gmail(request.getfixturevalue("world"))


def settled(wait: Waiter, world: World) -> dict[str, Any]:
    mails = wait.until(lambda: [each for each in world.status() if each["isSettled"]])
    found: dict[str, Any] = mails[0]
    return found


def refusal_of(raw: bytes, world: World, *recipients: str) -> tuple[int, str]:
    """The refusal of the mail after its last byte."""
    with client(world, "inbound") as asked, pytest.raises(smtplib.SMTPDataError) as refused:
        asked.sendmail(SENDER, list(recipients) or [ME], raw)
    return refused.value.smtp_code, text_of(refused.value)


def test_a_mail_by_smtp_goes_the_way_of_every_mail(world: World, wait: Waiter) -> None:
    with client(world, "inbound") as asked:
        asked.sendmail(SENDER, [ME, "nobody@example.com"], RAW)
    mail = settled(wait, world)
    assert mail["source"] == SENDER
    outcomes = {each["recipient"]: each["outcome"] for each in mail["recipients"]}
    assert outcomes == {ME: "imported", "nobody@example.com": "bounced"}


def test_the_bytes_are_stored_as_they_were_sent(world: World, wait: Waiter) -> None:
    with client(world, "inbound") as asked:
        asked.sendmail(SENDER, ["nobody@example.com"], RAW)
    key = f"emails/{settled(wait, world)['messageId']}"
    stored = world.cloud.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert stored == RAW


def test_a_report_without_a_sender_comes_in(world: World, wait: Waiter) -> None:
    with client(world, "inbound") as asked:
        asked.sendmail("", [ME], RAW)
    assert settled(wait, world)["source"] == ""


def test_the_answer_names_the_mail(world: World, wait: Waiter) -> None:
    with client(world, "inbound") as asked:
        asked.ehlo()
        asked.mail(SENDER)
        asked.rcpt(ME)
        code, words = asked.data(RAW)
    assert (code, words.decode()) == (250, f"Ok {settled(wait, world)['messageId']}")


def test_a_recipient_is_refused_before_the_mail_is_there(world: World) -> None:
    world.cloud.client("ses").verify_domain_identity(Domain="unruled.example")
    with client(world, "inbound") as asked:
        asked.ehlo()
        asked.mail(SENDER)
        assert asked.rcpt("a@unverified.example") == (
            550,
            b"5.1.1 the domain of a@unverified.example is not verified",
        )
        assert asked.rcpt("a@unruled.example") == (
            550,
            b"5.1.1 no receipt rule takes a@unruled.example",
        )
        assert asked.rcpt(ME)[0] == 250


def test_one_refused_recipient_does_not_hold_up_the_others(world: World, wait: Waiter) -> None:
    with client(world, "inbound") as asked:
        refused = asked.sendmail(SENDER, ["a@elsewhere.example", ME], RAW)
    assert list(refused) == ["a@elsewhere.example"]
    assert [each["recipient"] for each in settled(wait, world)["recipients"]] == [ME]


def test_the_101st_recipient_is_refused(world: World) -> None:
    with client(world, "inbound") as asked:
        asked.ehlo()
        asked.mail(SENDER)
        codes = [asked.rcpt(f"a{number}@example.com")[0] for number in range(101)]
    assert codes == [250] * 100 + [452]


def test_more_than_40_mb_is_refused_when_it_is_announced(world: World) -> None:
    with client(world, "inbound") as asked:
        asked.ehlo()
        assert asked.esmtp_features["size"] == str(MAXIMUM_MAIL) == "41943040"
        assert asked.mail(SENDER, [f"SIZE={MAXIMUM_MAIL}"])[0] == 250
        asked.rset()
        assert asked.mail(SENDER, [f"SIZE={MAXIMUM_MAIL + 1}"])[0] == 552


def test_more_than_40_mb_is_refused_when_it_comes_unannounced(world: World) -> None:
    with client(world, "inbound") as asked:
        asked.helo()
        asked.mail(SENDER)
        asked.rcpt(ME)
        assert asked.data(b"Subject: s\r\n\r\n" + b"x" * MAXIMUM_MAIL)[0] == 552
        assert asked.noop()[0] == 250
    assert world.status() == []


def test_a_header_asks_for_verdicts(world: World, wait: Waiter) -> None:
    header = b"X-Local-Cloud-Verdict: spam=fail, dmarc=FAIL; dmarc-policy=reject\r\n"
    with client(world, "inbound") as asked:
        asked.sendmail(SENDER, [ME], header + RAW)
    mail = settled(wait, world)
    told = world.journal.mails()[0].received["verdicts"]
    assert told["spamVerdict"] == {"status": "FAIL"} and told["dmarcPolicy"] == "reject"
    assert told["virusVerdict"] == {"status": "PASS"} and mail["isSettled"]


def test_a_verdict_that_ses_never_gives_is_refused(world: World) -> None:
    code, words = refusal_of(b"X-Local-Cloud-Verdict: spam=maybe\r\n" + RAW, world)
    assert code == 554 and "'spam=maybe' is no verdict" in words


def test_the_verdicts_of_all_mail_are_set_from_outside(world: World) -> None:
    control = Client(world.control_url)
    found = control.post("smtp", {"verdicts": ["virus=FAIL", "dmarc-policy=none"]})
    assert found["verdicts"] == {"virus": "FAIL", "dmarc-policy": "none"}
    assert control.get("smtp") == found
    assert found["inbound"] == world.smtp.addresses["inbound"]
    with pytest.raises(Unreachable, match="no verdict"):
        control.post("smtp", {"verdicts": ["virus"]})
    assert world.smtp.receiver.verdicts == Verdicts({"virus": "FAIL"}, "none")


def test_a_header_wins_over_the_verdicts_of_all_mail() -> None:
    default = Verdicts({"virus": "FAIL", "spam": "GRAY"}, "none")
    assert asked_for(["virus=PASS"], default) == Verdicts({"virus": "PASS", "spam": "GRAY"}, "none")
    for word in ("virus", "virus=", "bacteria=FAIL", "dmarc-policy=FAIL", "=FAIL"):
        with pytest.raises(UnknownVerdict):
            asked_for([word], default)


def test_the_client_may_repeat_a_mail_that_the_emulated_aws_failed_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionError("it has gone")

    monkeypatch.setattr(world.inbound, "receive", fail)
    assert refusal_of(RAW, world) == (451, "Temporary service failure, please try again later")
    assert "a mail by SMTP has failed: ConnectionError: it has gone" in world.complaints


def test_a_port_that_is_taken_is_no_reason_not_to_listen(moto: MotoProcess, tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        socket.create_server(("127.0.0.1", 0)) as free,
    ):
        ports = Ports(taken.getsockname()[1], free.getsockname()[1], 0)
        free.close()
        world = World(moto, Settings(str(tmp_path)), ports)
    addresses = world.smtp.addresses
    assert addresses["starttls"] == f"127.0.0.1:{ports.starttls}"
    assert addresses["inbound"] != f"127.0.0.1:{ports.inbound}"
    assert world.complaints == [f"port {ports.inbound} is taken, so SMTP uses another"]
    assert client(world, "inbound").noop()[0] == 250
    world.stop()

"""The page shows what became of each mail, and does what its forms say."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local_cloud.deploy.seed import Rule, put_rule
from local_cloud.host.notification import Verdicts
from local_cloud.mailbox.store import Stored
from local_cloud.page.manual import alarms, marked
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import TABLE
from local_cloud.tests.on_page import Visitor, running, visiting

MAIL = (
    b"From: Ann <ann@remote.example>\r\nTo: me@example.com\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Message-ID: <1@remote.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=part\r\n\r\n"
    b"--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain w\xc3\xb6rds\r\n"
    b"--part\r\nContent-Type: text/html\r\n\r\n<p>Rich <b>words</b></p>\r\n"
    b"--part\r\nContent-Type: application/pdf; name=a.pdf\r\n"
    b"Content-Disposition: attachment\r\n\r\n%PDF\r\n--part--\r\n"
)
ME = "me@gmail.com"


@pytest.fixture(scope="module")
def world(deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(deployed_moto, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    world.mailbox.store.clear()
    with visiting(world) as visitor:
        yield visitor


def send(world: World, *recipients: str, raw: bytes = MAIL, **verdicts: str) -> str:
    return world.inbound.receive(
        raw, "ann@remote.example", list(recipients), Verdicts(verdicts)
    ).message_id


def settled(world: World, wait: Waiter, message_id: str) -> list[str]:
    """The outcomes, once there is no more to come."""

    def outcomes() -> list[str] | None:
        mail = next(each for each in world.status() if each["messageId"] == message_id)
        return [each["outcome"] for each in mail["recipients"]] if mail["isSettled"] else None

    found: list[str] = wait.until(outcomes)
    return found


def keep(world: World, *labels: str, raw: bytes = MAIL, mailbox: str = ME) -> Stored:
    return world.mailbox.store.put(mailbox, raw, list(labels), {}, "multipart")


def test_an_empty_world_has_a_page(world: World, visitor: Visitor) -> None:
    for path in ("/", "/mailboxes", "/reports", "/held", "/queues", "/alarms", "/table", "/faults"):
        assert visitor.see(path).text


def test_a_delivered_mail_is_followed_into_its_mailbox(
    world: World, wait: Waiter, visitor: Visitor
) -> None:
    mail = send(world, "me@example.com")
    assert settled(world, wait, mail) == ["imported"]
    assert f"/mail/{mail}" in visitor.see("/").values("href")
    seen = visitor.see(f"/mail/{mail}")
    for text in ("Grüße", "Received by SES", "Routed by router", "Handled by gmail", "imported"):
        assert text in seen.text
    (arrived,) = world.mailbox.store.messages(ME)
    assert f"/message/{arrived.id}" in seen.values("href")
    message = visitor.see(f"/message/{arrived.id}")
    assert "Plain wörds" in message.text and "Ann <ann@remote.example>" in message.text
    assert "<b>words</b>" in (message.frames[0]["srcdoc"] or "")
    assert visitor.get(f"/message/{arrived.id}/part/3").data == b"%PDF"
    assert visitor.get(f"/message/{arrived.id}/raw").data == MAIL


def test_a_timeline_has_the_log_of_each_stage(world: World, wait: Waiter, visitor: Visitor) -> None:
    mail = send(world, "me@example.com")
    settled(world, wait, mail)
    stages = next(each for each in world.status() if each["messageId"] == mail)["stages"]
    requests = [each["requestId"] for each in stages if each.get("requestId")]
    assert len(requests) == 2
    wait.until(lambda: all(f"END RequestId: {each}" in page(visitor, mail) for each in requests))


def page(visitor: Visitor, mail: str) -> str:
    return visitor.see(f"/mail/{mail}").text


def test_a_bounced_mail_shows_its_report_as_its_sender_sees_it(
    world: World, wait: Waiter, visitor: Visitor
) -> None:
    mail = send(world, "nobody@example.com")
    assert settled(world, wait, mail) == ["bounced"]
    (link,) = [each for each in visitor.see(f"/mail/{mail}").values("href") if "/report/" in each]
    assert link in visitor.see("/reports").values("href")
    report = visitor.see(link)
    assert "to ann@remote.example" in report.text and "nobody@example.com" in report.text
    assert visitor.get(f"{link}/raw").data != b""


def test_held_mail_has_its_reason(world: World, wait: Waiter, visitor: Visitor) -> None:
    mail = send(world, "me@example.com", spam="FAIL")
    assert settled(world, wait, mail) == ["stored"]
    held = visitor.see("/held")
    assert "me@example.com: stored, spam" in held.text and f"/mail/{mail}" in held.values("href")
    stored = visitor.see(f"/mail/{mail}")
    assert "Plain wörds" in stored.text and visitor.get(f"/mail/{mail}/raw").data == MAIL


def test_an_object_of_an_earlier_run_is_held_too(world: World, visitor: Visitor) -> None:
    bucket = world.runner.functions["gmail"].config["Environment"]["Variables"]["EMAIL_BUCKET"]
    world.cloud.client("s3").put_object(Bucket=bucket, Key="emails/older", Body=MAIL)
    assert "nothing is known of it in this run" in visitor.see("/held").text


def test_labels_and_spam_are_as_gmail_shows_them(world: World, visitor: Visitor) -> None:
    invoices = world.mailbox.labels.make(ME, "Invoices")
    first = keep(
        world, "INBOX", "UNREAD", str(invoices), raw=b"Message-ID: <a>\r\nSubject: A\r\n\r\n"
    )
    junk = keep(world, "SPAM", "UNREAD", raw=b"Message-ID: <b>\r\nSubject: B\r\n\r\n")
    done = keep(world, "STARRED", raw=b"Message-ID: <c>\r\nSubject: C\r\n\r\n")

    def listed(label: str) -> set[str]:
        links = visitor.see(f"/mailbox/{ME}?label={label}").values("href")
        return {each.rpartition("/")[2] for each in links if each.startswith("/message/")}

    assert listed("INBOX") == {first.id}
    assert listed(str(invoices)) == {first.id}
    assert listed("SPAM") == {junk.id}
    assert listed("ALL") == {first.id, done.id}
    assert listed("UNREAD") == {first.id}
    names = visitor.see(f"/mailbox/{ME}").text
    assert "Inbox 1 unread" in names and "Spam 1 unread" in names and "Invoices 1 unread" in names
    assert visitor.get(f"/mailbox/{ME}?label=NONE").status_code == 404
    assert visitor.get("/mailbox/nobody@gmail.com").status_code == 404


def test_a_conversation_is_kept_together(world: World, visitor: Visitor) -> None:
    keep(world, "INBOX", raw=b"Message-ID: <a>\r\nSubject: A\r\n\r\n")
    answer = keep(
        world, "INBOX", raw=b"Message-ID: <b>\r\nReferences: <a>\r\nSubject: Re: A\r\n\r\n"
    )
    assert "2 in this conversation" in visitor.see(f"/mailbox/{ME}").text
    assert "In this conversation" in visitor.see(f"/message/{answer.id}").text


def test_dead_letters_are_shown_and_redriven(world: World, wait: Waiter, visitor: Visitor) -> None:
    sqs = world.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="input-dlq")["QueueUrl"]
    notification = {"mail": {"messageId": "AMAZON_SES_SETUP_NOTIFICATION"}, "receipt": {}}
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(notification))
    assert "Redrive to input" in visitor.see("/queues").text
    assert visitor.post("/queues/redrive", queue="input").status_code == 400
    assert visitor.post("/queues/redrive", queue="input-dlq").status_code == 303
    wait.until(lambda: all(not each["messages"] for each in world.moto.ask("queues")))
    assert "Redrive" not in visitor.see("/queues").text


def test_a_composed_mail_arrives(world: World, visitor: Visitor) -> None:
    given = {"from": "eve@remote.example", "to": "nobody@example.com, me@example.com"}
    answer = visitor.post("/compose", subject="Grüße", text="Wörds", spam="FAIL", **given)
    assert answer.status_code == 303
    mail = world.journal.mails()[-1]
    assert answer.location == f"/mail/{mail.message_id}"
    assert mail.received["source"] == "eve@remote.example"
    assert mail.received["recipients"] == ["nobody@example.com", "me@example.com"]
    assert mail.received["subject"] == "Grüße"
    assert mail.received["verdicts"]["spamVerdict"] == {"status": "FAIL"}


def test_a_dropped_file_arrives_byte_for_byte(world: World, wait: Waiter, visitor: Visitor) -> None:
    raw = MAIL.replace(b"Plain", b"\xff\x00 bare\nline")
    answer = visitor.post("/compose", file=(io.BytesIO(raw), "mail.eml"), **{"from": "", "to": ""})
    assert answer.status_code == 303
    mail = world.journal.mails()[-1]
    assert (mail.received["source"], mail.received["recipients"]) == (
        "ann@remote.example",
        ["me@example.com"],
    )
    assert settled(world, wait, mail.message_id) == ["imported"]
    assert world.mailbox.store.messages(ME)[0].raw == raw


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to": ""}, "Name at least one recipient."),
        ({"to": "me@elsewhere.example"}, "550 5.1.1"),
        ({"to": "me@example.com", "from": "a@b.example\nBcc: c@d.example"}, "This makes no mail"),
    ],
)
def test_what_cannot_be_sent_is_said(
    world: World, visitor: Visitor, given: dict[str, str], said: str
) -> None:
    before = len(world.journal.mails())
    fields = {"from": "a@b.example", "subject": "kept", "text": "", **given}
    answer = visitor.post("/compose", **fields)
    assert answer.status_code == 422 and said in answer.text and 'value="kept"' in answer.text
    assert len(world.journal.mails()) == before


def test_a_rule_is_changed_and_keeps_what_else_it_says(world: World, visitor: Visitor) -> None:
    table = world.cloud.client("dynamodb")
    item = Rule("me@example.com", "forward-to-gmail", ME, "Me").item(world_time(world))
    table.put_item(TableName=TABLE, Item=item | {"star": {"BOOL": True}})
    assert '{"star": true}' in visitor.see("/table/rule?recipient=me@example.com").text
    change = {"recipient": "ME@example.com", "action": "store", "target": "", "description": "Off"}
    assert visitor.post("/table/rule", **change).status_code == 303
    key = {"PK": {"S": "ROUTE#me@example.com"}, "SK": {"S": "RULE#v1"}}
    found = table.get_item(TableName=TABLE, Key=key)["Item"]
    assert found["action"] == {"S": "store"} and found["enabled"] == {"BOOL": False}
    assert found["star"] == {"BOOL": True} and found["created_at"] == item["created_at"]
    assert "(disabled)" in visitor.see("/table").text
    table.put_item(TableName=TABLE, Item=item)


def world_time(world: World) -> datetime:
    return datetime.fromtimestamp(world.cloud.clock() - 3600, UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": ""},
        {"recipient": "a" * 400},
        {"action": "delete"},
        {"action": "forward-to-gmail", "target": "nobody"},
    ],
)
def test_a_rule_that_means_nothing_is_refused(visitor: Visitor, change: dict[str, str]) -> None:
    given = {"recipient": "a@example.com", "action": "store", "target": "", "description": ""}
    before = visitor.see("/table").text
    assert visitor.post("/table/rule", **{**given, **change}).status_code == 422
    assert visitor.see("/table").text == before


def test_every_row_of_the_table_is_shown(world: World, visitor: Visitor) -> None:
    put_rule(world.cloud, TABLE, Rule("*@example.net", "store", "", "<b>all</b>"))
    row = {"PK": {"S": "MAIL#1"}, "SK": {"S": f"GMAIL#{ME}"}, "until": {"N": "12"}}
    world.cloud.client("dynamodb").put_item(TableName=TABLE, Item=row)
    seen = visitor.see("/table")
    assert "<b>all</b>" in seen.text and "MAIL#1" in seen.text and "1 MAIL" in seen.text


def test_a_page_hears_of_what_has_happened(world: World, visitor: Visitor) -> None:
    version = int(visitor.see("/").values("data-version")[0])
    send(world, "me@example.com")
    assert visitor.get(f"/changes?since={version}").get_json()["version"] > version
    assert visitor.get("/changes?since=x").status_code == 400


@pytest.mark.parametrize("path", ["/mail/x", "/message/x", "/report/x", "/table/rule?recipient=x"])
def test_what_is_not_there_is_said(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_manual_has_a_cure_for_each_alarm() -> None:
    points = {name: [word for word, _ in said] for name, said in alarms().items()}
    assert len(points) > 20 and {*map(tuple, points.values())} == {("Meaning", "Check", "Fix")}
    token = dict(alarms()["ses-mail-gmail-token-invalid"])
    assert str(marked(token["Check"][0])) == (
        "<code>ses-mail gmail status</code> names the token and the reason."
    )


def test_the_manual_is_text_and_no_markup() -> None:
    assert str(marked("a <b> [x](#y) **z** `<i>`")) == "a &lt;b&gt; x z <code>&lt;i&gt;</code>"

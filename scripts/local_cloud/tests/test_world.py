"""A mail travels the whole pipeline, with stand-ins for the functions."""

import json
from urllib.request import urlopen

import pytest

from local_cloud.command.client import Client
from local_cloud.deploy.seed import put_tokens
from local_cloud.host.inbound import MailRefused
from local_cloud.host.notification import Verdicts
from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import TOKEN, VISIBILITY

MAIL = b"From: a@remote.example\r\nSubject: Hello\r\nMessage-ID: <1@remote.example>\r\n\r\nBody\r\n"


def send(world: World, *recipients: str, raw: bytes = MAIL, **verdicts: str) -> str:
    return world.inbound.receive(
        raw, "a@remote.example", list(recipients), Verdicts(verdicts)
    ).message_id


def outcomes(world: World, message_id: str) -> dict[str, str]:
    mail = next(each for each in world.status() if each["messageId"] == message_id)
    return {each["recipient"]: each["outcome"] for each in mail["recipients"]}


def test_recipients_of_one_mail_have_their_own_fates(world: World, wait: Waiter) -> None:
    put_tokens(world.cloud, world.mailbox.accounts, TOKEN)
    mail = send(world, "me@example.com", "nobody@example.com")
    wanted = {"me@example.com": "imported", "nobody@example.com": "bounced"}
    wait.until(lambda: outcomes(world, mail) == wanted)
    assert world.mailbox.store.messages("me@gmail.com")[0].raw == MAIL


def test_what_is_handled_without_a_report_counts_as_suppressed(world: World, wait: Waiter) -> None:
    mail = send(world, "nobody@example.com", raw=b"Auto-Submitted: auto-replied\r\n\r\n")
    wait.until(lambda: outcomes(world, mail) == {"nobody@example.com": "suppressed"})


def test_spam_is_stored(world: World, wait: Waiter) -> None:
    mail = send(world, "me@example.com", spam="FAIL")
    wait.until(lambda: outcomes(world, mail) == {"me@example.com": "stored"})


def test_three_failures_end_in_the_dead_letter_queue_without_waiting(
    world: World, wait: Waiter
) -> None:
    mail = send(world, "me@example.com")  # no token: the forwarder fails
    for attempt in range(1, 4):
        wait.until(
            lambda n=attempt: (
                len(
                    [each for each in world.journal.mails()[0].entries if each["stage"] == "handle"]
                )
                == n
            )
        )
        world.moto.ask("clock", {"advanceSeconds": VISIBILITY + 1})
    wait.until(lambda: outcomes(world, mail) == {"me@example.com": "dead-letter"})


def test_a_domain_that_no_rule_takes_is_refused(world: World) -> None:
    with pytest.raises(MailRefused, match=r"550 5\.1\.1"):
        send(world, "me@elsewhere.example")


def test_the_setup_notification_is_consumed(world: World, wait: Waiter) -> None:
    world.inbound.send_setup_notifications()
    wait.until(
        lambda: any(
            mail.message_id == "AMAZON_SES_SETUP_NOTIFICATION" and mail.entries
            for mail in world.journal.mails()
        )
    )
    wait.until(lambda: all(not queue["messages"] for queue in world.moto.ask("queues")))


def test_a_fork_is_independent_of_its_world(world: World) -> None:
    put_tokens(world.cloud, world.mailbox.accounts, TOKEN)
    copy = world.fork()
    client = Client(copy["control"])
    sent = client.post(
        "send",
        {
            "rawBase64": "U3ViamVjdDogaGkNCg0KYm9keQ0K",
            "from": "a@remote.example",
            "to": ["me@example.com"],
        },
    )
    status = client.get(f"status?message={sent['messageId']}&settled=1&timeout=20")
    assert [each["outcome"] for each in status["mails"][0]["recipients"]] == ["imported"]
    assert world.status() == [] and world.mailbox.store.messages() == []
    stored = client.get("mailbox")
    with urlopen(f"{copy['control']}/control/mailbox/{stored[0]['id']}/raw") as response:
        assert response.read() == b"Subject: hi\r\n\r\nbody\r\n"
    client.post("stop")


def test_the_invoke_api_runs_the_function(world: World) -> None:
    answer = world.cloud.client("lambda").invoke(FunctionName="bouncer", Payload=b'{"Records":[]}')
    assert json.load(answer["Payload"]) == {"batchItemFailures": []}
    events = world.cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/bouncer")
    text = "\n".join(each["message"] for each in events["events"])
    assert "START RequestId" in text and "Max Memory Used" in text

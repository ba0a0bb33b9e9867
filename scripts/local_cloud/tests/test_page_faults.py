"""Each switch of the page brings its fault about, its alarm is beside it, and its cure ends it."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.deploy.seed import OWNER
from local_cloud.host.notification import Verdicts
from local_cloud.page.manual import alarms
from local_cloud.page.switches import Switches
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.functions import TABLE, TOKEN, VISIBILITY
from local_cloud.tests.guest import guest
from local_cloud.tests.on_page import Visitor, running, visiting

MAIL = b"From: a@remote.example\r\nSubject: Hello\r\n\r\nBody %d\r\n"
NUMBERS = count()
NAMES = ("google-down", "token-revoked", "dynamodb-throttled", "pipe-stopped", "policy-lost")


@pytest.fixture(scope="module")
def world(deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(deployed_moto, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    with visiting(world) as visitor:
        yield visitor


def send(world: World, recipient: str = "me@example.com") -> str:
    raw = MAIL % next(NUMBERS)
    return world.inbound.receive(raw, "a@remote.example", [recipient], Verdicts()).message_id


def turn(visitor: Visitor, name: str, state: str) -> None:
    assert visitor.post(f"/faults/{name}", state=state).status_code == 303


def outcomes(world: World, mail: str) -> list[str]:
    found = next(each for each in world.status() if each["messageId"] == mail)
    return [each["outcome"] for each in found["recipients"]]


def problems(world: World, mail: str, stage: str) -> list[str]:
    """What went wrong with the mail at a stage, try after try; empty for each that went well."""
    found = next(each for each in world.journal.mails() if each.message_id == mail)
    return [each["problem"] or "" for each in found.entries if each["stage"] == stage]


def is_on(visitor: Visitor) -> set[str]:
    """The switches that offer to be switched off."""
    page = visitor.get("/faults").text
    return {
        name
        for name in NAMES
        if 'value="off"' in page.partition(f'action="/faults/{name}"')[2].partition("</form>")[0]
    }


def retried(world: World, wait: Waiter, found: Callable[[], Any]) -> None:
    """Moves the clock to the next try until the condition holds."""

    def look() -> Any:
        world.moto.ask("clock", {"advanceSeconds": VISIBILITY + 1})
        return found()

    wait.until(look)


def test_each_switch_is_on_only_while_it_is_on(world: World, visitor: Visitor) -> None:
    assert is_on(visitor) == set()
    for name in NAMES:
        turn(visitor, name, "on")
        turn(visitor, name, "on")
        assert is_on(visitor) == {name}
        turn(visitor, name, "off")
        turn(visitor, name, "off")
        assert is_on(visitor) == set()


def test_an_unknown_switch_is_refused(visitor: Visitor) -> None:
    assert visitor.post("/faults/gravity", state="on").status_code == 400
    assert visitor.post("/faults/pipe-stopped", state="maybe").status_code == 400


@pytest.mark.parametrize("name", ["google-down", "token-revoked"])
def test_without_google_mail_waits_and_is_delivered_afterwards(
    world: World, wait: Waiter, visitor: Visitor, name: str
) -> None:
    turn(visitor, name, "on")
    mail = send(world)
    wait.until(lambda: any(problems(world, mail, "handle")))
    assert outcomes(world, mail) == ["waiting"]
    turn(visitor, name, "off")
    retried(world, wait, lambda: outcomes(world, mail) == ["imported"])


def test_a_new_consent_is_for_every_token_that_died(world: World, visitor: Visitor) -> None:
    turn(visitor, "token-revoked", "on")
    stored = world.cloud.client("ssm").get_parameter(Name=TOKEN, WithDecryption=True)
    dead = stored["Parameter"]["Value"]
    turn(visitor, "token-revoked", "off")
    account = world.mailbox.accounts.get(OWNER)
    stored = world.cloud.client("ssm").get_parameter(Name=TOKEN, WithDecryption=True)
    assert account is not None and account.refresh_token in stored["Parameter"]["Value"]
    assert account.refresh_token not in dead


def test_a_throttled_table_is_throttled_for_all_but_the_page(
    world: World, visitor: Visitor
) -> None:
    client = guest(world.moto, "dynamodb")
    turn(visitor, "dynamodb-throttled", "on")
    for _ in range(5):
        with pytest.raises(ClientError, match="exceeded"):
            client.scan(TableName=TABLE)
    assert "*" in visitor.see("/table").text
    turn(visitor, "dynamodb-throttled", "off")
    assert client.scan(TableName=TABLE)["Count"] > 0


def test_bad_weather_comes_back_after_a_throttled_table(world: World, visitor: Visitor) -> None:
    before = world.moto.ask("weather", {"seed": 7, "late": 0.5})["forecast"]
    turn(visitor, "dynamodb-throttled", "on")
    turn(visitor, "dynamodb-throttled", "off")
    assert world.moto.ask("weather")["forecast"] == before
    world.moto.ask("weather", {})


def test_a_stopped_pipe_lets_mail_wait(world: World, wait: Waiter, visitor: Visitor) -> None:
    turn(visitor, "pipe-stopped", "on")
    deployments = world.moto.ask("activity", {"since": -1})["deployments"]
    wait.until(lambda: world.runner.deployments == deployments)
    mail = send(world)
    world.wait_until_quiet()
    assert problems(world, mail, "route") == []
    turn(visitor, "pipe-stopped", "off")
    wait.until(lambda: outcomes(world, mail) == ["imported"])


def test_lost_policies_send_events_to_the_dead_letters(
    world: World, wait: Waiter, visitor: Visitor
) -> None:
    before = policies(world)
    turn(visitor, "policy-lost", "on")
    mail = send(world)
    wait.until(lambda: problems(world, mail, "route"))
    world.wait_until_quiet()
    assert problems(world, mail, "handle") == []
    turn(visitor, "policy-lost", "off")
    assert policies(world) == before
    mail = send(world, "nobody@example.com")
    wait.until(lambda: outcomes(world, mail) == ["bounced"])


def policies(world: World) -> dict[str, str]:
    sqs = world.cloud.client("sqs")
    found = {}
    for name in ("gmail", "bouncer"):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found[name] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    return {name: each["Attributes"]["Policy"] for name, each in found.items()}


def test_the_alarm_that_rings_has_its_cure_beside_it(world: World, visitor: Visitor) -> None:
    cloudwatch = world.cloud.client("cloudwatch")
    name = "ses-mail-gmail-token-invalid-test"
    put_alarm(world, name)
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="<a token>")
    for path in ("/faults", "/alarms"):
        text = visitor.see(path).text
        assert f"rings {name}" in text and "First: ses-mail gmail status" in text, path
        assert "<a token>" in text and "publish the app if it is in testing" in text, path
    assert "1 alarm rings." in visitor.see("/alarms").text


def test_dead_letters_are_redriven_beside_their_alarm(world: World, visitor: Visitor) -> None:
    cloudwatch = world.cloud.client("cloudwatch")
    for name in ("gmail-dlq-messages", "other-dlq-messages"):
        put_alarm(world, name)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="x")
    text = visitor.see("/alarms").text
    assert "Redrive gmail-dlq" in text and "Redrive other-dlq" not in text
    cloudwatch.set_alarm_state(AlarmName="gmail-dlq-messages", StateValue="OK", StateReason="x")
    assert "Redrive" not in visitor.see("/alarms").text


def put_alarm(world: World, name: str) -> None:
    world.cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription="When: today. First: ses-mail gmail status --env test.",
        Namespace="SESMail/test",
        MetricName="GmailTokenInvalid",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )


def test_every_alarm_of_a_switch_is_in_the_manual(world: World) -> None:
    named = {each for switch in Switches(world).every for each in switch.alarms}
    assert {switch.name for switch in Switches(world).every} == {*NAMES}
    assert len(named) >= 8 and named - {*alarms()} == set()


def test_the_clock_moves_on_minute_by_minute(world: World, wait: Waiter, visitor: Visitor) -> None:
    before = world.moto.clock.now()
    assert visitor.post("/clock", minutes="3").status_code == 303
    wait.until(lambda: world.moto.clock.now() >= before + 180)
    for wrong in ("0", "-1", "x", "1441"):
        assert visitor.post("/clock", minutes=wrong).status_code == 400

"""Late answers are late, and approximate numbers approximate."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local_cloud.connection.aws import Cloud
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.deployment import make_storage
from local_cloud.tests.functions import TABLE, allow, make_role
from local_cloud.tests.guest import befallen, guest, set_weather


def test_a_move_of_dead_letters_takes_its_time(moto: MotoProcess, cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName="q", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    for number in range(6):
        sqs.send_message(QueueUrl=dead, MessageBody=str(number))
    set_weather(moto, slowMove=1, moveSeconds=1000)
    began = sqs.start_message_move_task(SourceArn=arn["QueueArn"])["TaskHandle"]
    running = sqs.list_message_move_tasks(SourceArn=arn["QueueArn"])["Results"][0]
    assert (running["Status"], running["TaskHandle"]) == ("RUNNING", began)
    assert running["ApproximateNumberOfMessagesToMove"] == 6
    with pytest.raises(ClientError, match="already a task running"):
        sqs.start_message_move_task(SourceArn=arn["QueueArn"])
    moto.ask("clock", {"advanceSeconds": 1000})
    ended = sqs.list_message_move_tasks(SourceArn=arn["QueueArn"])["Results"][0]
    assert (ended["Status"], ended["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 6)
    assert "TaskHandle" not in ended
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 6


def test_a_queues_numbers_are_about_right(moto: MotoProcess, cloud: Cloud) -> None:
    url = cloud.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    for number in range(8):
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
    set_weather(moto, inexact=1)
    name = "ApproximateNumberOfMessages"
    seen = set()
    for _ in range(20):
        answer = guest(moto, "sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        assert answer["Attributes"]["QueueArn"].endswith(":q")
        seen.add(int(answer["Attributes"][name]))
    assert len(seen) > 3 and seen <= set(range(5, 12))


def test_a_change_of_iam_is_seen_later(moto: MotoProcess, cloud: Cloud) -> None:
    iam = guest(moto, "iam")
    set_weather(moto, late=1)
    assert iam.list_users()["Users"] == []
    cloud.client("iam").create_user(UserName="someone")
    assert iam.list_users()["Users"] == []
    assert befallen(moto) == [("iam:ListUsers", 2, "late")]
    moto.ask("clock", {"advanceSeconds": 4})
    assert len(iam.list_users()["Users"]) == 1


def test_a_new_user_is_unknown_but_to_who_deletes_it(moto: MotoProcess, cloud: Cloud) -> None:
    iam = guest(moto, "iam")
    set_weather(moto, newUser=1)
    iam.create_user(UserName="someone")
    for ask in (iam.get_user, iam.create_access_key):
        with pytest.raises(ClientError, match="NoSuchEntity"):
            ask(UserName="someone")
    moto.ask("clock", {"advanceSeconds": 4})
    iam.get_user(UserName="someone")
    iam.create_user(UserName="another")
    iam.delete_user(UserName="another")
    assert len(cloud.client("iam").list_users()["Users"]) == 1


def test_a_new_users_tags_open_no_door_to_a_role_yet(moto: MotoProcess, cloud: Cloud) -> None:
    role = cloud.assume(
        make_role(cloud, "role", "lambda.amazonaws.com", [allow(["iam:*"], "*")]), "session"
    )
    iam = guest(moto, "iam", role.credentials)
    set_weather(moto, newUser=1)
    iam.create_user(UserName="someone")
    seen = set()
    for _ in range(20):
        with pytest.raises(ClientError) as caught:
            iam.get_user(UserName="someone")
        seen.add(caught.value.response["Error"]["Code"])
    assert seen == {"NoSuchEntity", "AccessDenied"}


def test_a_refusal_of_what_took_effect_unheard_is_no_reproach(
    moto: MotoProcess, cloud: Cloud
) -> None:
    """The user is gone, and with it the tags by which the deletion was allowed."""
    tagged = {"StringEquals": {"aws:ResourceTag/of": "us"}}
    statement = allow(["iam:DeleteUser"], "*", **tagged)
    role = cloud.assume(make_role(cloud, "role", "lambda.amazonaws.com", [statement]), "session")
    for name in ("one", "two"):
        tags = [{"Key": "of", "Value": "us"}]
        cloud.client("iam").create_user(UserName=name, Tags=tags)
    iam = guest(moto, "iam", role.credentials)
    before = moto.ask("refusals")
    set_weather(moto, loseAfter=1, most=1)
    with pytest.raises(ConnectionClosedError):
        iam.delete_user(UserName="one")
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.delete_user(UserName="one")
    assert moto.ask("refusals") == before
    iam.delete_user(UserName="two")
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.delete_user(UserName="two")
    assert len(moto.ask("refusals")) == len(before) + 1


def test_what_is_read_without_consistency_may_be_a_moment_old(
    moto: MotoProcess, cloud: Cloud
) -> None:
    make_storage(cloud)
    key = {"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}}
    asked: dict[str, Any] = {"TableName": TABLE, "Key": key}
    dynamodb = guest(moto, "dynamodb")
    set_weather(moto, late=1)
    assert "Item" not in dynamodb.get_item(**asked)
    cloud.client("dynamodb").put_item(TableName=TABLE, Item=key)
    assert "Item" not in dynamodb.get_item(**asked)
    assert dynamodb.get_item(**asked, ConsistentRead=True)["Item"] == key

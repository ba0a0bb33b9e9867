"""The demo's judgement of a credential notices what is wrong."""

import base64
import json
import time
from dataclasses import replace
from typing import Any

import pytest

from local_cloud import REGION
from local_cloud.demo.secrets_search import disguises, everything, places_of
from local_cloud.demo.smtp_hands import Administrator, MailClient
from local_cloud.demo.smtp_holdings import Expected, Holdings, Observer
from local_cloud.process.world import World
from local_cloud.smtp.password import smtp_password
from local_cloud.tests.functions import TABLE

ARN = "arn:aws:iam::123456789012:user/ses-smtp-user-john-1"
SENDERS = ["john@example.com", "*@example.org"]


def policy(**changes: Any) -> list[dict[str, Any]]:
    condition = {"StringLike": {"ses:FromAddress": SENDERS}}
    statement = {"Sid": "Any", "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}
    return [
        {"Version": "2012-10-17", "Statement": [statement | {"Condition": condition} | changes]}
    ]


GOOD = Holdings(
    {"status": "active", "iam_user_arn": ARN, "access_key_id": "A1"},
    [],
    {ARN: {}},
    {"A1": "Active"},
    policy(),
    ["arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-local"],
)


@pytest.mark.parametrize(
    ("region", "secret", "password"),
    [
        ("eu-central-1", "some+secret+key", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"),
        ("us-west-1", "another+secret+key", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"),
    ],
)
def test_the_password_is_the_published_one(region: str, secret: str, password: str) -> None:
    assert smtp_password(secret, region) == password


def test_a_credential_as_it_should_be_has_no_problem() -> None:
    assert Expected("active", SENDERS).problems(GOOD) == []


@pytest.mark.parametrize(
    "held",
    [
        Holdings(),
        replace(GOOD, row=(GOOD.row or {}) | {"status": "pending"}),
        replace(GOOD, users={}),
        replace(GOOD, users={ARN: {}, ARN + "2": {}}),
        replace(GOOD, keys={}),
        replace(GOOD, keys={"A1": "Inactive"}),
        replace(GOOD, keys={"A2": "Active"}),
        replace(GOOD, keys={"A1": "Active", "A2": "Active"}),
        replace(GOOD, policies=[]),
        replace(GOOD, policies=policy() * 2),
        replace(GOOD, policies=policy(Action="ses:*")),
        replace(GOOD, policies=policy(Condition={})),
        replace(GOOD, policies=policy(Condition={"StringLike": {"ses:FromAddress": ["*"]}})),
        replace(GOOD, policies=[policy()[0] | {"Statement": []}]),
        replace(GOOD, boundaries=[""]),
        replace(GOOD, boundaries=["arn:aws:iam::123456789012:policy/another"]),
    ],
)
def test_anything_else_is_a_problem(held: Holdings) -> None:
    assert Expected("active", SENDERS).problems(held)


def test_what_is_left_in_iam_is_seen(world: World) -> None:
    iam, observer = world.cloud.client("iam"), Observer(world.cloud, TABLE, "john")
    assert observer.look().is_nothing()
    iam.create_user(UserName="ses-smtp-user-john-1")
    iam.attach_user_policy(
        UserName="ses-smtp-user-john-1", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    held = observer.look()
    assert list(held.users) and held.policies and not held.is_nothing()


def test_a_wrong_password_is_seen(world: World) -> None:
    iam, kms = world.cloud.client("iam"), world.cloud.client("kms")
    iam.create_user(UserName="ses-smtp-user-john-1")
    key = iam.create_access_key(UserName="ses-smtp-user-john-1")["AccessKey"]
    kms_key = kms.create_key()["KeyMetadata"]["KeyId"]
    mail = MailClient(world, kms_key)

    def problems_with(document: dict[str, str]) -> list[str]:
        blob = kms.encrypt(KeyId=kms_key, Plaintext=json.dumps(document))["CiphertextBlob"]
        row = {
            "access_key_id": key["AccessKeyId"],
            "encrypted_password": base64.b64encode(blob).decode(),
        }
        return mail.password_problems(Holdings(row))

    right = smtp_password(key["SecretAccessKey"], REGION)
    document = {"access_key_id": key["AccessKeyId"], "smtp_password": right}
    assert problems_with(document) == []
    for changed in (
        document | {"smtp_password": smtp_password(key["SecretAccessKey"], "us-east-1")},
        document | {"access_key_id": "AKIAOTHER"},
        {"access_key_id": key["AccessKeyId"]},
        document | {"more": "than there should be"},
    ):
        (problem,) = problems_with(changed)
        assert right not in problem and key["SecretAccessKey"] not in problem


@pytest.mark.parametrize("around", ["{}", '{{"a":"{}"}}', "?x={}&y", "xy{}z"])
@pytest.mark.parametrize("prefix", ["", "a", "ab"])
def test_a_secret_is_found_in_every_disguise(around: str, prefix: str) -> None:
    secret = 'BH+jbMzper5WwlwUar9E1yS/Bq"Ha9whi0GPo+sJ0mVYJj'
    for form in disguises(secret):
        assert places_of([secret], [("here", around.format(form))])[0] == ["here"]
    encoded = base64.b64encode((prefix + secret + "}").encode()).decode()
    assert places_of([secret], [("here", encoded), ("there", "nothing")]) == (["here"], 2)


def test_a_secret_is_found_wherever_it_could_get_to(world: World) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    logs = world.cloud.client("logs")
    logs.create_log_stream(logGroupName="/aws/lambda/router", logStreamName="s")
    logs.put_log_events(
        logGroupName="/aws/lambda/router",
        logStreamName="s",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": f"said {secret}"}],
    )
    Administrator(world.cloud, TABLE).put("john", [secret])
    world.xray.segments.append({"name": "IAM", "metadata": {"default": {"body": secret}}})
    world.complaints.append(secret)
    (world.work / "terraform.tfstate").write_text(json.dumps({"value": secret}))
    found, count = places_of([secret], everything(world, TABLE))
    assert sorted(found) == [
        "X-Ray segment IAM",
        "complaints",
        "file terraform.tfstate",
        "log group /aws/lambda/router",
        "row USER#john",
    ]
    assert count > len(found)

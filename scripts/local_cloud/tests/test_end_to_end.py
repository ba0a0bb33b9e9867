"""What Terraform deploys does its work, with no right too few and none too many.

terraform/environments/local is applied once, named `test`, because only that environment has rights
for tests; the real functions run. Each part is played in a copy of that world, with every role's
own credentials. Then the world is destroyed, and nothing may be left of it.

Takes minutes (the provider waits for AWS's consistency), so it runs when LOCAL_CLOUD_APPLY=1.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ACCOUNT, ROOT
from local_cloud.demo.cases import RULES, TOGETHER
from local_cloud.demo.mishaps import PARTED
from local_cloud.demo.run import PARTS
from local_cloud.deploy.kept import Kept
from local_cloud.deploy.seed import put_rule
from local_cloud.deploy.terraform import Terraform, account
from local_cloud.gate.policy import is_allowed
from local_cloud.host.notification import Verdicts
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.up import DEFAULT_PACKAGES
from local_cloud.rights import grants, reasons
from local_cloud.rights.call_record import Grant
from local_cloud.rights.calls import Calls
from local_cloud.rights.reasons import MODULE
from local_cloud.tests.again import has_changes_again, pictures
from local_cloud.tests.bad_weather import PARTS_IN_BAD_WEATHER
from local_cloud.tests.deployed import (
    Deployed,
    Lent,
    play_pass,
    receive,
    remove_tokens,
    role_documents,
    table_of,
    take_away,
    was_refused,
    without,
)
from local_cloud.tests.left_over import left_over
from local_cloud.tests.names import filled, names_listed, tags_of, texts
from local_cloud.tests.switched import PARTS_OF_THE_PAGE
from local_cloud.tests.typed import play_manuals
from local_cloud.tests.way_in import PARTS_OF_THE_WAY_IN, ROUTER, WATCHED

pytestmark = pytest.mark.skipif(
    os.environ.get("LOCAL_CLOUD_APPLY") != "1", reason="LOCAL_CLOUD_APPLY is not 1"
)
DOMAINS = ["example.com", "example.org", "mail.example.net"]
PLANS: dict[str, dict[str, Any]] = {
    "enforce": {"mta_sts_mode": "enforce"},
    "none": {"mta_sts_mode": "none"},
    "off": {"mta_sts_mode": "off"},
    "backup": {"backup_mx_records": [{"hostname": "mail-in.example.net", "priority": 20}]},
}
# Taken away one at a time: role, statement, action.
TAKEN: tuple[Grant, ...] = (
    ("ses-mail-router-enrichment-test", "ReadRules", "dynamodb:BatchGetItem"),
    ("ses-email-router-test", "PutDecision", "events:PutEvents"),
    ("ses-mail-gmail-forwarder-test", "DeleteMail", "s3:DeleteObject"),
    ("ses-mail-bouncer-test", "SendBounce", "ses:SendRawEmail"),
)
REFUSED_ON_PURPOSE = {PARTED.title, *(f"without {action}" for _, _, action in TAKEN)}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    assert (DEFAULT_PACKAGES / "router-enrichment.zip").exists(), "run: make package"
    work = tmp_path_factory.mktemp("end-to-end")
    moto = MotoProcess.start(work, 0, 1.0)
    try:
        kept = Kept(work, {})
        kept.begin(moto)
        account(ROOT, work / "account", moto, print)
        terraform = Terraform(ROOT, work, moto, DEFAULT_PACKAGES, print, "test")
        terraform.init()
        deployed = Deployed(moto, terraform, work, left_over(moto.cloud()))
        terraform.apply(domain=DOMAINS[:1], **WATCHED)
        deployed.changes["domains"] = terraform.changes(domain=DOMAINS, **WATCHED)
        terraform.apply_changes()
        kept.keep(moto)
        deployed.has_changes = terraform.has_changes(domain=DOMAINS, **WATCHED)
        for name, given in PLANS.items():
            deployed.changes[name] = terraform.changes(domain=DOMAINS, **WATCHED, **given)
        deployed.operator_policy = terraform.output("operator_policy")
        for name, play in PLAYED.items():
            with deployed.copy(name) as world:
                deployed.found[name] = play(world, table_of(world))
        yield deployed
    finally:
        moto.stop()


OF_ALARMS = {**PARTS_OF_THE_WAY_IN, **PARTS_OF_THE_PAGE}
PLAYED = {**PARTS, **PARTS_IN_BAD_WEATHER, **OF_ALARMS, "pass": play_pass, "manuals": play_manuals}


def test_a_second_plan_changes_nothing(deployed: Deployed) -> None:
    assert deployed.has_changes is False


def test_a_plan_changes_nothing_where_the_same_calls_were_made_again(
    deployed: Deployed, tmp_path: Path
) -> None:
    assert not has_changes_again(Kept(deployed.work, {}), tmp_path, domain=DOMAINS, **WATCHED)


def test_the_picture_is_of_what_is_deployed(deployed: Deployed) -> None:
    of_page, drawn = pictures(deployed.work)
    assert of_page == drawn


def test_two_more_domains_leave_the_first_alone(deployed: Deployed) -> None:
    changes = dict(deployed.changes["domains"])
    changed = {address for address, action in changes.items() if action == "update"}
    assert changed == {
        "aws_iam_policy.smtp_boundary[0]",
        'aws_lambda_function.function["bouncer"]',
        "aws_s3_bucket_policy.mta_sts[0]",
        'aws_ses_receipt_rule.receive["shared"]',
    }
    made = {address.partition("[")[0] for address in changes.keys() - changed}
    assert made == {
        "aws_acm_certificate.mta_sts",
        "aws_cloudfront_distribution.mta_sts",
        "aws_ses_domain_dkim.domain",
        "aws_ses_domain_identity.domain",
        "aws_ses_domain_mail_from.domain",
    }
    assert len(changes) == len(changed) + len(made) * len(DOMAINS[1:])
    assert set(changes.values()) == {"create", "update"}
    assert not any(f'"{DOMAINS[0]}"' in address for address in changes)


@pytest.mark.parametrize("plan", ["enforce", "none", "backup"])
def test_a_policy_that_says_something_else_is_one_file(deployed: Deployed, plan: str) -> None:
    assert deployed.changes[plan] == {"aws_s3_object.mta_sts[0]": "update"}


def test_without_mta_sts_only_what_is_for_it_goes(deployed: Deployed) -> None:
    changes = deployed.changes["off"]
    assert set(changes.values()) == {"delete"}
    assert {address.split(".")[1].partition("[")[0] for address in changes} == {"mta_sts"}
    assert len(changes) == 5 + 2 * len(DOMAINS)


@pytest.fixture(scope="module")
def state(deployed: Deployed) -> dict[str, Any]:
    """The values in Terraform's state."""
    values: dict[str, Any] = deployed.terraform.show()["values"]
    return values


def test_every_name_that_the_readme_lists_is_there(state: dict[str, Any]) -> None:
    listed = names_listed((MODULE / "README.md").read_text())
    assert len(listed) > 80
    there = texts(state)
    values = {"{environment}": "test", "{account}": ACCOUNT}
    assert [name for name in listed if filled(name, values) not in there] == []


def test_the_canarys_address_and_token_are_in_no_output(
    deployed: Deployed, state: dict[str, Any]
) -> None:
    outputs = json.dumps(state["outputs"])
    client = deployed.moto.cloud().client("lambda")
    variables = client.get_function_configuration(FunctionName=ROUTER)["Environment"]["Variables"]
    assert variables["CANARY_ADDRESS"] not in outputs and variables["CANARY_TOKEN"] not in outputs


def test_everything_that_can_be_tagged_has_the_four_tags(state: dict[str, Any]) -> None:
    tagged = tags_of(state)
    assert len(tagged) > 50
    wanted = {
        "Project": "ses-mail",
        "ManagedBy": "terraform",
        "Environment": "test",
        "Application": "ses-mail-test",
    }
    assert [tags for tags in tagged if tags != wanted] == []


@pytest.mark.parametrize("part", PLAYED)
def test_part(deployed: Deployed, part: str) -> None:
    assert deployed.found[part]
    assert [(title, found) for title, found in deployed.found[part] if found] == []


def test_nothing_legitimate_is_refused(deployed: Deployed) -> None:
    calls = Calls.read(deployed.work)
    assert calls.refused == ()
    assert calls.deliberate <= REFUSED_ON_PURPOSE


def test_nothing_is_granted_that_nobody_needs(deployed: Deployed) -> None:
    """Each right is used in some copy, or a comment beside the statement in Terraform gives the
    reason.
    """
    granted = deployed.moto.ask("grants")
    assert len(granted) > 80
    used = Calls.read(deployed.work).used
    assert grants.problems(granted, reasons.of_deployed(), used) == []


def test_no_right_is_granted_twice(deployed: Deployed) -> None:
    """Without any one action, something that was allowed would not be."""
    documents = role_documents(deployed.moto.cloud())
    used = {
        grant: by for grant, by in Calls.read(deployed.work).used.items() if grant[0] in documents
    }
    assert len(used) > 60
    for (role, statement, action), requests in used.items():
        left = [without(each, statement, action) for each in documents[role]]
        assert not all(is_allowed(left, each) for each in requests), (role, statement, action)


@pytest.mark.parametrize("grant", TAKEN, ids=lambda grant: grant[2])
def test_a_right_that_is_taken_away_is_missed(deployed: Deployed, grant: Grant) -> None:
    """The refusal is recorded: were it not on purpose, the tests above would fail."""
    role, statement, action = grant
    name = f"without {action}"
    with deployed.copy(name) as world:
        world.moto.ask("deliberate", {"test": name})
        take_away(world.cloud, role, statement, action)
        for rule in RULES:
            put_rule(world.cloud, table_of(world), rule)
        sender, recipients = "ann@remote.example", ["support@example.com", "x@example.com"]
        raw = TOGETHER[0].raw()
        for recipient in recipients:
            world.inbound.receive(raw, sender, [recipient], Verdicts())
        assert was_refused(world, f":assumed-role/{role}/", f"to perform: {action} on")
    assert name in Calls.read(deployed.work).deliberate


def test_a_world_that_was_used_is_taken_down(deployed: Deployed) -> None:
    """Mail is in the bucket, in versions, and in the ledger; logs have streams."""
    with deployed.world("used", Lent(deployed.moto)) as world:
        for rule in RULES:
            put_rule(world.cloud, table_of(world), rule)
        outcomes = receive(world, TOGETHER[0].raw(), "support@example.com", "x@example.com")
        assert outcomes == ["bounced", "imported"]
        assert receive(world, TOGETHER[1].raw(), "support@example.com") == ["imported"]
        remove_tokens(world.cloud)
    deployed.terraform.destroy()
    assert left_over(deployed.moto.cloud()) == deployed.of_account

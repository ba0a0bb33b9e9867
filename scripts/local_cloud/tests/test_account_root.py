"""The account keeps a foreign receipt rule set active, and takes one over when it is asked to.

The scripts run as they are, with the real `aws` and the real Terraform.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local_cloud import REGION, ROOT
from local_cloud.connection.aws import Cloud
from local_cloud.deploy.kept import Kept
from local_cloud.deploy.terraform import account
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.conftest import Run, Start, make_state_bucket


@pytest.fixture
def active_rule_set() -> None:
    """No rule set is active yet."""


@pytest.fixture
def activate(cloud: Cloud) -> Callable[[str, str], None]:
    def activate(name: str, rule: str) -> None:
        ses: Any = cloud.client("ses")
        ses.create_receipt_rule_set(RuleSetName=name)
        ses.create_receipt_rule(
            RuleSetName=name,
            Rule={"Name": rule, "Enabled": True, "Recipients": ["a.example"], "Actions": []},
        )
        ses.set_active_receipt_rule_set(RuleSetName=name)

    return activate


def test_init_looks_at_the_active_set(
    start: Start, checkout: Path, activate: Callable[[str, str], None]
) -> None:
    tfvars = checkout / "terraform" / "environments" / "test" / "terraform.tfvars"

    def look() -> tuple[int, str]:
        done = start("look.sh", "test", str(tfvars))
        return done.returncode, done.stderr

    assert look() == (
        3,
        f"No receipt rule set is active in {REGION}, so SES refuses all mail: run make account.\n",
    )
    activate("theirs", "newsletter")
    status, said = look()
    assert status == 3
    assert 'receipt_rule_set = "theirs"' in said
    assert "manage_receipt_rules = false" in said
    assert "make account TAKE_OVER=theirs" in said
    tfvars.write_text(tfvars.read_text() + 'receipt_rule_set = "theirs"\n')
    assert look() == (0, "")
    activate("ses-mail-test", "ses-mail-receive-test")
    status, said = look()
    assert status == 3
    assert "make account TAKE_OVER=ses-mail-test" in said
    assert 'receipt_rule_set = "ses-mail-test"' in said


def test_init_reads_the_owners_file_behind_the_shared_one(
    start: Start, checkout: Path, activate: Callable[[str, str], None]
) -> None:
    tfvars = checkout / "terraform" / "environments" / "test" / "terraform.tfvars"
    owners = tfvars.with_name("owner.auto.tfvars")
    activate("theirs", "newsletter")
    owners.write_text('receipt_rule_set = "theirs"\n')
    assert start("look.sh", "test", str(tfvars)).returncode == 0
    tfvars.write_text('receipt_rule_set = "theirs"\n')
    owners.write_text('receipt_rule_set = "others"\n')
    assert start("look.sh", "test", str(tfvars)).returncode == 3


def address_by_path(checkout: Path) -> None:
    """The state bucket's name cannot be a host name here."""
    main = checkout / "terraform" / "account" / "main.tf"
    text = main.read_text()
    main.write_text(text.replace('backend "s3" {', 'backend "s3" {\n    use_path_style = true'))


def test_an_account_without_receipt_rules_of_its_own_comes_and_goes_beside_a_foreign_set(
    run: Run, checkout: Path, cloud: Cloud, activate: Callable[[str, str], None]
) -> None:
    address_by_path(checkout)
    make_state_bucket(cloud)
    tfvars = checkout / "terraform" / "account" / f"{REGION}.tfvars"
    tfvars.write_text("manage_receipt_rules = false\n")
    activate("theirs", "newsletter")
    ses: Any = cloud.client("ses")
    logs: Any = cloud.client("logs")
    for commands, policies in ((["account.sh"], 2), (["terraform.sh", "account", "destroy"], 0)):
        run(*commands, YES="1")
        assert ses.describe_active_receipt_rule_set()["Metadata"]["Name"] == "theirs"
        assert [each["Name"] for each in ses.list_receipt_rule_sets()["RuleSets"]] == ["theirs"]
        assert len(logs.describe_resource_policies()["resourcePolicies"]) == policies


def test_terraform_plans_no_change_in_an_account_whose_calls_were_made_again(
    moto: MotoProcess, base_moto: MotoProcess, tmp_path: Path
) -> None:
    kept = Kept(tmp_path, {})
    kept.begin(moto)
    made = account(ROOT, tmp_path / "account", moto, print)
    (tmp_path / "terraform.tfstate").write_text("{}")
    kept.keep(moto)
    other = base_moto.fork()
    try:
        assert kept.restore(other) > 5
        again = replace(made, moto=other)
        again.write_profile()
        assert not again.has_changes()
    finally:
        other.stop()


def test_the_account_keeps_a_foreign_active_set_and_takes_one_over_when_asked(
    run: Run, start: Start, checkout: Path, cloud: Cloud, activate: Callable[[str, str], None]
) -> None:
    ses: Any = cloud.client("ses")

    def active() -> str:
        return str(ses.describe_active_receipt_rule_set()["Metadata"]["Name"])

    address_by_path(checkout)
    bucket = make_state_bucket(cloud)
    activate("theirs", "newsletter")
    refused = start("account.sh", YES="1")
    assert refused.returncode == 3
    assert "theirs does not" not in refused.stderr
    assert "does not hold the rules of the rule newsletter" in refused.stderr
    assert active() == "theirs"
    assert [each["Name"] for each in ses.list_receipt_rule_sets()["RuleSets"]] == ["theirs"]

    assert start("account.sh", YES="1", TAKE_OVER="other").returncode == 3
    run("account.sh", YES="1", TAKE_OVER="theirs")
    assert active() == "theirs"
    rules = ses.describe_active_receipt_rule_set()["Rules"]
    assert [each["Name"] for each in rules] == ["newsletter"]
    objects = cloud.client("s3").list_objects_v2(Bucket=bucket)
    assert {each["Key"] for each in objects["Contents"]} == {
        f"ses-mail/account/{REGION}",
        f"ses-mail/account/{REGION}.tfvars",
    }
    run("account.sh", YES="1")
    assert active() == "theirs"
    assert start("terraform.sh", "account", "destroy", YES="1").returncode != 0
    assert active() == "theirs"

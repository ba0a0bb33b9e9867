"""A plan refuses wrong input, and says which variable is wrong and what to do.

Most cases plan the variables alone: the AWS provider would cost each plan some seconds.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_cloud.deploy.plan import TERRAFORM, PlannedCopy, planned

Plan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedCopy]:
    with planned(tmp_path_factory.mktemp("plan")) as copy:
        yield copy


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Plans the variables of the environment, with the names that their validations use."""
    folder = tmp_path_factory.mktemp("variables")
    for file in (TERRAFORM / "environments" / "test").glob("variables*.tf"):
        shutil.copy(file, folder)
    shutil.copy(TERRAFORM / "environments" / "test" / "terraform.tfvars", folder)
    shared = (TERRAFORM / "environments" / "shared" / "deployment.tf").read_text()
    names, module, _ = shared.partition('module "ses_mail" {')
    data, partition = 'data "aws_partition" "current" {}', "data.aws_partition.current.partition"
    assert module and data in names and partition in names
    (folder / "names.tf").write_text(names.replace(data, "").replace(partition, '"aws"'))

    def plan(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={folder}", "plan", "-input=false", "-no-color"]
        environment = os.environ | {"CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True
        )

    return plan


def test_the_variables_alone_are_in_order(variables: Plan) -> None:
    done = variables()
    assert done.returncode == 0, done.stderr


WRONG_LEVEL = ("log_level", "WARN", "log_level must be TRACE, DEBUG or INFO: metrics are log lines")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("domain", [], 'domain must name at least one domain, such as ["mail.example.com"].'),
        (
            "domain",
            ["me@example.com"],
            'domain must hold bare lower-case domain names such as "mail.example.com": no address, '
            "no URL, no final dot. One with other letters is written as DNS has it (xn--…).",
        ),
        (
            "domain",
            ["a.example", "a.example"],
            "domain names a domain twice: remove the repetition.",
        ),
        (
            "alarm_sns_topic_arn",
            "arn:aws:sqs:ap-southeast-2:123456789012:alarms",
            "alarm_sns_topic_arn must be the ARN of a standard SNS topic, such as "
            '"arn:aws:sns:ap-southeast-2:123456789012:alarms", or empty.',
        ),
        (
            "spf_include_domains",
            [f"spf{number}.example.net" for number in range(10)],
            "spf_a_records, spf_mx_records and spf_include_domains have more than nine entries "
            "together: with SES that is over the ten look-ups that SPF allows, and receivers would "
            "ignore the record. Remove some.",
        ),
        (
            "mta_sts_mode",
            "enabled",
            'mta_sts_mode must be "off", "none", "testing" or "enforce". Begin with "testing"; '
            'leave by way of "none".',
        ),
        ("spf_policy", "-all", 'spf_policy must be "softfail" (~all, while testing) or "fail"'),
        ("bounce_sender", "a@elsewhere.example", "bounce_sender must be an address at one of the"),
        WRONG_LEVEL,
        (
            "backup_mx_records",
            [{"hostname": "mx.example", "priority": 5}],
            "such as 20: SES has 10",
        ),
        (
            "alarm_sns_topic_arn",
            "arn:aws:sns:eu-west-1:123456789012:alarms",
            "alarm_sns_topic_arn must name a topic where the deployment is: make one in "
            "ap-southeast-2,",
        ),
        ("domain", ["a" * 53 + ".com"], "domain must hold names of at most 56 characters:"),
        ("domain", ["a.example", "mta-sts.a.example"], "domain names mta-sts.{domain} of another"),
        ("mail_from_subdomain", "mta-sts", 'mail_from_subdomain must not be "mta-sts"'),
        (
            "moving_to_receipt_rule_set",
            "ses-mail",
            'moving_to_receipt_rule_set must be "ses-mail" unless receipt_rule_set is: a move '
            'between two other sets goes by way of "ses-mail".',
        ),
        (
            "spf_include_domains",
            ["testmail.example.com"],
            "spf_include_domains names a domain that is in domain too: remove it",
        ),
        ("spf_a_records", ["a.example", "a.example"], "spf_a_records has an entry twice: remove"),
        ("bounce_sender", "a*@testmail.example.com", "bounce_sender must have at most 64"),
        ("dmarc_rua_prefix", "a..b", "dmarc_rua_prefix must be the part before the @ only,"),
        (
            "domain",
            [f"d{number:02}.some-rather-longish-organisation-name.example" for number in range(70)],
            "mail_from_subdomain and domain make MAIL FROM domains of more than 3500 characters",
        ),
        ("domain", [None], "domain must hold bare lower-case domain names"),
        (
            "backup_mx_records",
            [{"hostname": "mx.example.net", "priority": None}],
            "backup_mx_records must have whole priorities from 11 to 65535",
        ),
        (
            "backup_mx_records",
            [{"hostname": None, "priority": 20}],
            "backup_mx_records must name servers by lower-case host name",
        ),
        ("backup_mx_records", [None], "backup_mx_records must name servers by lower-case host"),
        ("spf_a_records", [None], "spf_a_records must hold lower-case host names"),
        # Terraform's own words, which name the variable too.
        ("domain", '"mail.example.com"', "list of string required"),
    ],
)
def test_wrong_input(variables: Plan, variable: str, value: Any, says: str) -> None:
    given = value if isinstance(value, str) else json.dumps(value)
    look_at(variables(f"-var={variable}={given}"), variable, says)


def test_wrong_input_of_a_whole_environment(environment: PlannedCopy) -> None:
    variable, value, says = WRONG_LEVEL
    done = environment.terraform("plan", "-input=false", "-no-color", f"-var={variable}={value}")
    look_at(done, variable, says)


def look_at(done: subprocess.CompletedProcess[str], variable: str, says: str) -> None:
    said = re.sub(r"[│╷╵\s]+", " ", done.stderr)
    assert done.returncode == 1
    assert "Invalid value for" in said
    assert "Invalid function argument" not in said
    assert says in said
    assert variable in said


def test_right_input(environment: PlannedCopy) -> None:
    """The other variables are right, so what is refused above is refused for its value."""
    done = environment.terraform("plan", "-input=false", "-no-color", "-var=log_level=DEBUG")
    assert done.returncode == 0
    assert "Plan:" in done.stdout


def test_packages_that_were_never_built(environment: PlannedCopy) -> None:
    done = environment.terraform("plan", "-input=false", "-no-color", "-var=package_dir=nowhere")
    said = re.sub(r"[│╷╵\s]+", " ", done.stderr)
    assert done.returncode == 1
    assert 'There is no nowhere/bouncer.zip: build the packages with "make package", or' in said
    assert "filebase64sha256" not in said


def test_a_region_that_does_not_receive_is_a_warning(environment: PlannedCopy) -> None:
    done = environment.terraform("plan", "-input=false", "-no-color", "-var=aws_region=af-south-1")
    assert done.returncode == 0
    said = re.sub(r"[│╷╵\s]+", " ", done.stdout + done.stderr)
    assert "Warning: Check block assertion failed" in said
    assert "look for inbound-smtp.af-south-1.amazonaws.com in" in said

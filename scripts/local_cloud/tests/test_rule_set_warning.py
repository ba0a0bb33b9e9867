"""Is an operator told that a plan would make another receipt rule set the active one?

The scripts run as they are, with the real `aws` and the real Terraform.
"""

from pathlib import Path

from local_cloud import REGION
from local_cloud.aws import Cloud
from local_cloud.tests.conftest import Run, Start

ACTIVE_RULE_SET = f"""
variable "aws_region" {{
  default = "{REGION}"
}}
provider "aws" {{
  region                      = var.aws_region
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_credentials_validation = true
}}
resource "aws_ses_active_receipt_rule_set" "own" {{
  rule_set_name = "ours"
}}
"""


def test_a_plan_that_takes_ses_over_from_another_rule_set_says_so(
    run: Run, start: Start, cloud: Cloud, checkout: Path
) -> None:
    run("terraform.sh", "test", "init", "-backend-config=use_path_style=true")

    def warnings() -> list[str]:
        done = start("terraform.sh", "test", "plan")
        assert done.returncode == 0, done.stderr
        return [each for each in done.stderr.splitlines() if each.startswith("Warning: ")]

    main = checkout / "terraform" / "environments" / "test" / "main.tf"
    assert warnings() == []  # nothing about SES in it
    main.write_text(main.read_text() + ACTIVE_RULE_SET)
    assert warnings() == []  # none is active
    ses = cloud.client("ses")
    for name in ("theirs", "ours"):
        ses.create_receipt_rule_set(RuleSetName=name)
    ses.set_active_receipt_rule_set(RuleSetName="theirs")
    assert warnings() == [
        f"Warning: the active receipt rule set of {REGION} is theirs. This plan makes ours the "
        "active one, and mail for the domains of theirs is refused from then on. To have both, "
        f'set join_existing_ruleset = "theirs" in {main.parent}/terraform.tfvars.'
    ]
    run("terraform.sh", "test", "show-plan")
    run("terraform.sh", "test", "apply")
    assert warnings() == []  # it is ours by now

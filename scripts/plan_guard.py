#!/usr/bin/env python3
"""Keeps Terraform from ending mail: an account has one active receipt rule set in a region.

plan_guard.py look REGION ENVIRONMENT TFVARS   whether the environment's set is the active one
plan_guard.py check REGION FOLDER PLAN MODE    whether a saved plan ends or loses mail

MODE is `plan`, `apply` or `destroy`. Exit status: 0 go on, 3 refused, 4 no rule set is active.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from plan_aws import refuse
from plan_losses import deleted_identities, losses
from plan_receipt_rules import ACTIVATION, IDENTITY, RULE, RULE_SET, Look, Plan, RuleSet, choices

NONE_ACTIVE = 4


class SES:
    """What SES answers about receipt rule sets."""

    def __init__(self, region: str) -> None:
        self.region = region

    def active(self) -> RuleSet | None:
        found = self._ask("describe-active-receipt-rule-set")
        return rule_set(found) if found.get("Metadata") else None

    def named(self, name: str) -> RuleSet | None:
        found = self._ask(
            "describe-receipt-rule-set", "--rule-set-name", name, missing="RuleSetDoesNotExist"
        )
        return rule_set(found) if found else None

    def _ask(self, *command: str, missing: str | None = None) -> dict[str, Any]:
        aws = ["aws", "ses", *command, "--region", self.region, "--output", "json"]
        done = subprocess.run(aws, capture_output=True, text=True)
        if done.returncode != 0:
            if missing and missing in done.stderr:
                return {}
            refuse(
                f"The receipt rule sets of {self.region} could not be read:", done.stderr.strip()
            )
        answer: dict[str, Any] = json.loads(done.stdout or "{}")
        return answer


def rule_set(found: dict[str, Any]) -> RuleSet:
    rules = [each for each in found.get("Rules", []) if each.get("Enabled")]
    return RuleSet(
        found["Metadata"]["Name"],
        {each["Name"]: [name.lower() for name in each.get("Recipients", [])] for each in rules},
    )


def look(region: str, environment: str, tfvars: Path) -> None:
    active = SES(region).active()
    if active is None:
        refuse(
            f"No receipt rule set is active in {region}, so SES refuses all mail:",
            "run make account.",
            status=NONE_ACTIVE,
        )
    # In the order in which Terraform reads them; the last wins.
    files = [tfvars, *sorted(tfvars.parent.glob("*.auto.tfvars"))]
    text = "\n".join(file.read_text() for file in files if file.exists())
    named = dict(
        re.findall(r'(?m)^\s*(receipt_rule_set|moving_to_receipt_rule_set)\s*=\s*"(.*)"', text)
    )
    if active.name not in {named.get("receipt_rule_set", "ses-mail"), *named.values()}:
        refuse(
            f"The active receipt rule set of {region} is {active.name}, and {environment} does not",
            f"name it. {choices(active.name, environment)}",
        )


def check(region: str, folder: str, plan: str, mode: str) -> None:
    shown = subprocess.run(
        ["terraform", f"-chdir={folder}", "show", "-json", plan], capture_output=True, text=True
    )
    if shown.returncode != 0:
        refuse(f"The plan {plan} could not be read:", shown.stderr.strip())
    document = json.loads(shown.stdout)
    given = document.get("variables", {}).get("aws_region", {}).get("value")
    planned, is_destroying = Plan(document), mode == "destroy"
    problems = losses(planned, given or region, is_destroying)
    if any(planned.of(kind) for kind in (RULE, RULE_SET, ACTIVATION, IDENTITY)):
        ses = SES(given or region)
        problems += Look(planned, ses, ses.active(), is_destroying).problems()
    if problems:
        refuse("This plan is not carried out.", *problems)
    for note in deleted_identities(planned):
        print(note, file=sys.stderr)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["look", region, environment, tfvars]:
            look(region, environment, Path(tfvars))
        case ["check", region, folder, plan, "plan" | "apply" | "destroy" as mode]:
            check(region, folder, plan, mode)
        case _:
            refuse(str(__doc__), status=64)


if __name__ == "__main__":
    main(sys.argv[1:])

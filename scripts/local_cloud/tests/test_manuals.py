"""The commands of the AWS CLI in the manuals exist, with the options that they are given.

That they work is shown where Terraform has deployed something: test_end_to_end.py types them.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from local_cloud import ROOT
from local_cloud.tests import typed
from local_cloud.tests.manuals import BLOCK, PAGES, commands

COMMAND = re.compile(r"(?:^|[\s(|])aws ((?:--[a-z-]+ \S+ )*)([a-z0-9-]+) ([a-z0-9-]+)([^|;&)]*)")
# What the AWS CLI has and AWS's interfaces have not.
OF_THE_PROGRAM = {("s3", "ls"), ("s3", "cp"), ("logs", "tail"), ("sso", "login")}
GLOBAL = {"query", "output", "region", "profile", "endpoint-url", "ca-bundle", "max-items"}
GLOBAL |= {"cli-binary-format"}


@cache
def operations(service: str) -> dict[str, set[str]]:
    """The operations of a service as the AWS CLI spells them, with their options."""
    model = botocore.session.get_session().get_service_model({"s3api": "s3"}.get(service, service))
    found = {}
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        members = shape.members if shape else {}
        options = {xform_name(member, "-") for member in members}
        found[xform_name(name, "-")] = options | {f"no-{option}" for option in options}
    return found


def calls(text: str) -> Iterator[tuple[str, str, str]]:
    for block in BLOCK.findall(text):
        lines = block.replace("\\\n", " ").splitlines()
        for line in lines:
            for _, service, name, rest in COMMAND.findall(re.sub(r"\s#.*", "", line)):
                yield service, name, rest


def problems(text: str) -> list[str]:
    found = []
    for service, name, rest in calls(text):
        if (service, name) in OF_THE_PROGRAM:
            continue
        known = operations(service)
        if name not in known:
            found.append(f"aws {service} {name}")
            continue
        options = set(re.findall(r"\s--([a-z0-9-]+)", rest)) - GLOBAL
        found += [f"aws {service} {name} --{each}" for each in options - known[name]]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_aws_in_a_manual_exists(page: Path) -> None:
    assert problems(page.read_text()) == []


def test_a_command_or_an_option_that_is_missing_is_found() -> None:
    text = (
        "```bash\naws sts get-caller --x 1\naws s3api list-buckets --buket a   # --comment\n```\n"
    )
    assert problems(text) == ["aws sts get-caller", "aws s3api list-buckets --buket"]


def test_the_manuals_have_commands_of_aws() -> None:
    assert sum(len(list(calls(page.read_text()))) for page in PAGES) > 15


def test_a_command_has_all_its_lines_and_no_comment() -> None:
    text = "```bash\na   # one\n# two\nfor b in c; do\n  d \\\n  e 'f\ng'\ndone\n```\nh\n"
    assert list(commands(text)) == ["a", "for b in c; do\n  d \\\n  e 'f\ng'\ndone"]


def test_every_reason_not_to_type_a_command_is_for_some_command() -> None:
    found = [each for page in PAGES for each in commands(page.read_text())]
    assert [each for each in typed.NOT_TYPED if not any(it.startswith(each) for it in found)] == []
    assert sum(typed.is_typed(each) for each in found) > 100

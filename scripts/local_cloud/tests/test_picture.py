"""The picture of the deployment in docs/design.md has every part that the module's README names.

test_end_to_end.py compares it with what Terraform has deployed.
"""

import re

import pytest

from local_cloud.deploy import picture
from local_cloud.rights.reasons import MODULE

ROWS = {
    "functions": ["function"],
    "queues": ["queue"],
    "dead-letter queues": ["queue"],
    "topic, pipe, bus, table": ["topic", "pipe", "bus", "table"],
    "buckets": ["bucket"],
}
# The names that stand below the table.
OFF_BY_DEFAULT = {("topic", "ses-mail-alarms"), ("function", "ses-mail-digest")}
DRAWN = re.compile(rf"({'|'.join(picture.KINDS.values())}) (ses-[a-z0-9{{}}-]+)")
ARN = "arn:aws:{}:r:123456789012:{}".format


def test_every_part_that_is_drawn_has_a_name_of_the_modules_and_every_such_name_is_drawn() -> None:
    kinds = {kind for row in ROWS.values() for kind in row}
    drawn = {
        (kind, name)
        for kind, name in DRAWN.findall(picture.of_page(picture.PAGE.read_text()))
        if kind in kinds
    }
    assert drawn == named()


def named() -> set[tuple[str, str]]:
    """Kind and name, as the table of names has them."""
    found = set()
    for line in (MODULE / "README.md").read_text().splitlines():
        title, _, names = line.removeprefix("| ").partition(" | ")
        for index, name in enumerate(re.findall(r"`(ses-[^`]+)-\{environment\}`", names)):
            kinds = ROWS.get(title, [])
            if len(kinds) == 1:
                found.add((kinds[0], name))
            elif kinds:
                found.add((kinds[index], name))
                if kinds[index] == "bus":  # `(bus and table)`
                    found.add(("table", name))
    return found | OFF_BY_DEFAULT


@pytest.fixture
def resources() -> list[tuple[str, dict[str, object]]]:
    """A queue with a dead-letter queue, a function that takes from it, and a bus that fills it."""
    queue, dead = ARN("sqs", "work-test"), ARN("sqs", "dead-test")
    policy = f'{{"deadLetterTargetArn": "{dead}"}}'
    return [
        ("aws_sqs_queue.work", {"arn": queue, "name": "work-test", "redrive_policy": policy}),
        ("aws_sqs_queue.dead", {"arn": dead, "name": "dead-test", "redrive_policy": ""}),
        ("aws_lambda_function.f", {"arn": ARN("lambda", "f"), "function_name": "f-test"}),
        (
            "aws_lambda_event_source_mapping.m",
            {
                "event_source_arn": queue,
                "function_arn": ARN("lambda", "f"),
                "destination_config": [],
            },
        ),
        ("aws_cloudwatch_event_bus.b", {"arn": ARN("events", "b"), "name": "bus-test"}),
        (
            "aws_cloudwatch_event_target.t",
            {"event_bus_name": "bus-test", "arn": queue, "dead_letter_config": [{"arn": dead}]},
        ),
    ]


def test_a_part_is_drawn_below_what_leads_to_it(
    resources: list[tuple[str, dict[str, object]]],
) -> None:
    assert picture.picture(resources, "test").splitlines() == [
        "bus bus",
        "└─▶ queue work, failures: queue dead",
        "    └─▶ function f",
    ]


def test_a_part_to_which_nothing_leads_stands_by_itself(
    resources: list[tuple[str, dict[str, object]]],
) -> None:
    without_mapping = [each for each in resources if not each[0].endswith(".m")]
    assert picture.picture(without_mapping, "test").splitlines() == [
        "bus bus",
        "└─▶ queue work, failures: queue dead",
        "function f",
    ]

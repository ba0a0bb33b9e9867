"""X-Ray keeps the share of the spans that it has to index."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_cloud.connection.aws import Cloud
from local_cloud.tests.functions import policy
from local_cloud.tests.operations import Shell, commands


def probabilistic(rules: list[dict[str, Any]]) -> tuple[str, float, float]:
    (rule,) = rules
    value = rule["Rule"]["Probabilistic"]
    return rule["Name"], value["DesiredSamplingPercentage"], value["ActualSamplingPercentage"]


def test_an_account_begins_with_a_hundredth(cloud: Cloud) -> None:
    rules = cloud.client("xray").get_indexing_rules()["IndexingRules"]
    assert probabilistic(rules) == ("Default", 1.0, 1.0)


def test_the_rule_can_be_changed(cloud: Cloud) -> None:
    xray = cloud.client("xray")
    before = xray.get_indexing_rules()["IndexingRules"][0]["ModifiedAt"]
    wanted = {"Probabilistic": {"DesiredSamplingPercentage": 12.5}}
    changed = xray.update_indexing_rule(Name="Default", Rule=wanted)["IndexingRule"]
    assert probabilistic([changed]) == ("Default", 12.5, 12.5)
    assert changed["ModifiedAt"] >= before
    assert xray.get_indexing_rules()["IndexingRules"] == [changed]


@pytest.mark.parametrize(
    ("name", "percentage", "code"),
    [
        ("Other", 1, "ResourceNotFoundException"),
        ("Default", 101, "InvalidRequestException"),
        ("Default", -1, "InvalidRequestException"),
    ],
)
def test_what_cannot_be_is_refused(cloud: Cloud, name: str, percentage: float, code: str) -> None:
    xray = cloud.client("xray")
    rule = {"Probabilistic": {"DesiredSamplingPercentage": percentage}}
    with pytest.raises(ClientError) as refused:
        xray.update_indexing_rule(Name=name, Rule=rule)
    assert refused.value.response["Error"]["Code"] == code
    assert probabilistic(xray.get_indexing_rules()["IndexingRules"])[1] == 1.0


def test_the_lines_of_the_operations_can_be_pasted(cloud: Cloud) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "*",
    }
    cloud.client("logs").put_resource_policy(policyName="spans", policyDocument=policy(statement))
    shell = Shell(cloud, "test")
    destination, rule = commands("doctor --fix transaction-search")
    assert json.loads(shell.run(destination))["Destination"] == "CloudWatchLogs"
    printed = json.loads(shell.run(rule.replace("1}", "5}")))
    assert probabilistic([printed["IndexingRule"]]) == ("Default", 5.0, 5.0)
    assert json.loads(shell.run(rule))["IndexingRule"]["Name"] == "Default"
    listed = json.loads(shell.run("aws xray get-indexing-rules"))["IndexingRules"]
    assert probabilistic(listed) == ("Default", 1.0, 1.0)

"""Does terraform/environments/local apply, stay as it is, and leave nothing behind?

Takes minutes (the provider waits for AWS's consistency), so it runs when LOCAL_CLOUD_APPLY=1.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_cloud.aws import Cloud
from local_cloud.moto_process import MotoProcess
from local_cloud.terraform import Terraform
from local_cloud.tests.packages import write_stand_ins
from local_cloud.up import DEFAULT_PACKAGES, ROOT

LEFT_OVER: dict[str, Callable[[Cloud], Any]] = {
    "functions": lambda c: c.client("lambda").list_functions()["Functions"],
    "mappings": lambda c: c.client("lambda").list_event_source_mappings()["EventSourceMappings"],
    "queues": lambda c: c.client("sqs").list_queues().get("QueueUrls", []),
    "topics": lambda c: c.client("sns").list_topics()["Topics"],
    "tables": lambda c: c.client("dynamodb").list_tables()["TableNames"],
    "buckets": lambda c: c.client("s3").list_buckets()["Buckets"],
    "roles": lambda c: c.client("iam").list_roles()["Roles"],
    "pipes": lambda c: c.client("pipes").list_pipes()["Pipes"],
    "buses": lambda c: c.client("events").list_event_buses()["EventBuses"][1:],
    "rule sets": lambda c: c.client("ses").list_receipt_rule_sets()["RuleSets"],
    "parameters": lambda c: c.client("ssm").describe_parameters()["Parameters"],
    "identities": lambda c: c.client("ses").list_identities()["Identities"],
    "log groups": lambda c: c.client("logs").describe_log_groups()["logGroups"],
    "log policies": lambda c: c.client("logs").describe_resource_policies()["resourcePolicies"],
    "queries": lambda c: c.client("logs").describe_query_definitions()["queryDefinitions"],
    "alarms": lambda c: c.client("cloudwatch").describe_alarms()["MetricAlarms"],
    "dashboards": lambda c: c.client("cloudwatch").list_dashboards()["DashboardEntries"],
    "runbooks": lambda c: [
        each
        for each in c.client("ssm").list_documents()["DocumentIdentifiers"]
        if each["Name"].startswith("SESMail-")
    ],
    "distributions": lambda c: (
        c.client("cloudfront").list_distributions()["DistributionList"].get("Items")
    ),
    "aliases": lambda c: [
        each
        for each in c.client("kms").list_aliases()["Aliases"]
        if "ses-mail" in each["AliasName"]
    ],
    "sampling rules": lambda c: c.client("xray").get_sampling_rules()["SamplingRuleRecords"],
    "resource groups": lambda c: c.client("resource-groups").list_groups()["GroupIdentifiers"],
    "applications": lambda c: c.client("servicecatalog-appregistry").list_applications()[
        "applications"
    ],
}


@pytest.mark.skipif(os.environ.get("LOCAL_CLOUD_APPLY") != "1", reason="LOCAL_CLOUD_APPLY is not 1")
def test_apply_plan_destroy(moto: MotoProcess, tmp_path: Path) -> None:
    packages = DEFAULT_PACKAGES
    if not (packages / "router-enrichment.zip").exists():
        packages = tmp_path
        write_stand_ins(packages)
    terraform = Terraform(ROOT, tmp_path, moto.endpoint, packages, print)
    terraform.init()
    terraform.apply()
    assert not terraform.has_changes()
    terraform.destroy()
    cloud = Cloud(moto.endpoint)
    assert {what: found for what, ask in LEFT_OVER.items() if (found := ask(cloud))} == {}

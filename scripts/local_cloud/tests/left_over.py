"""What an emulated AWS still holds of what Terraform made."""

from collections.abc import Callable
from typing import Any

from local_cloud.connection.aws import Cloud

LEFT_OVER: dict[str, Callable[[Cloud], Any]] = {
    "functions": lambda c: c.client("lambda").list_functions()["Functions"],
    "mappings": lambda c: c.client("lambda").list_event_source_mappings()["EventSourceMappings"],
    "queues": lambda c: c.client("sqs").list_queues().get("QueueUrls", []),
    "topics": lambda c: c.client("sns").list_topics()["Topics"],
    "tables": lambda c: c.client("dynamodb").list_tables()["TableNames"],
    "buckets": lambda c: c.client("s3").list_buckets()["Buckets"],
    "roles": lambda c: c.client("iam").list_roles()["Roles"],
    "pipes": lambda c: c.client("pipes").list_pipes()["Pipes"],
    "schedules": lambda c: c.client("scheduler").list_schedules()["Schedules"],
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


def left_over(cloud: Cloud) -> dict[str, Any]:
    return {what: found for what, ask in LEFT_OVER.items() if (found := ask(cloud))}

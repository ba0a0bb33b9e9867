"""What Terraform deployed: functions, mappings, pipes and where each action's events go."""

import json
from dataclasses import dataclass
from typing import Any

from local_cloud.connection.aws import Cloud


@dataclass(frozen=True)
class Deployment:
    """Everything that runs, as it is deployed now."""

    functions: dict[str, dict[str, Any]]
    mappings: list[dict[str, Any]]
    pipes: list[dict[str, Any]]
    routes: dict[str, str]  # action of the router's decision → ARN of the handler's queue

    @classmethod
    def read(cls, cloud: Cloud) -> "Deployment":
        functions = cloud.client("lambda")
        pipes = cloud.client("pipes")
        return cls(
            {
                each["FunctionName"]: each
                for page in functions.get_paginator("list_functions").paginate()
                for each in page["Functions"]
            },
            [
                each
                for each in functions.list_event_source_mappings()["EventSourceMappings"]
                if each.get("State", "Enabled") == "Enabled"
            ],
            [
                pipe
                for each in pipes.list_pipes()["Pipes"]
                if (pipe := pipes.describe_pipe(Name=each["Name"])).get("DesiredState") != "STOPPED"
            ],
            read_routes(cloud.client("events")),
        )


def read_routes(events: Any) -> dict[str, str]:
    """The routes, found in the rules' patterns: `detail.actions.ACTION.count` → an SQS target."""
    routes: dict[str, str] = {}
    for bus in events.list_event_buses()["EventBuses"]:
        for rule in events.list_rules(EventBusName=bus["Name"])["Rules"]:
            pattern = json.loads(rule.get("EventPattern") or "{}")
            actions = pattern.get("detail", {}).get("actions", {})
            targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus["Name"])
            for target in targets["Targets"]:
                if ":sqs:" in target["Arn"]:
                    routes |= dict.fromkeys(actions, target["Arn"])
    return routes

"""The permissions that settings of the whole account need beside their own action.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Enable-TransactionSearch.html
https://docs.aws.amazon.com/ARG/latest/userguide/monitor-groups-turn-on.html
"""

from local_cloud import ACCOUNT
from local_cloud.gate.api_call import ApiCall

Needs = list[tuple[str, str, dict[str, list[str]]]]
SIGNALS, GROUPS = "application-signals.cloudwatch.amazonaws.com", "resource-groups.amazonaws.com"


def xray(call: ApiCall) -> Needs:
    needs: Needs = [(f"xray:{call.operation}", "*", {})]
    if call.parameters.get("Destination") == "CloudWatchLogs":  # Transaction Search
        base = f"arn:aws:logs:{call.region}:{ACCOUNT}:log-group:"
        needs += [
            (f"logs:{action}", f"{base}{group}:*", {})
            for action in ("CreateLogGroup", "CreateLogStream", "PutRetentionPolicy")
            for group in ("aws/spans", "/aws/application-signals/data")
        ]
        needs.append(("application-signals:StartDiscovery", "*", {}))
        needs.append(service_linked_role(SIGNALS, "AWSServiceRoleForCloudWatchApplicationSignals"))
    return needs


def resource_groups(call: ApiCall) -> Needs:
    needs: Needs = [(f"resource-groups:{call.operation}", "*", {})]
    if call.parameters.get("GroupLifecycleEventsDesiredStatus") == "ACTIVE":
        rule = f"arn:aws:events:{call.region}:{ACCOUNT}:rule/Managed.ResourceGroups.TagChangeEvents"
        needs += [
            (f"events:{action}", rule, {})
            for action in ("PutRule", "PutTargets", "DescribeRule", "ListTargetsByRule")
        ]
        needs += [
            (action, "*", {})
            for action in (
                "cloudformation:DescribeStacks",
                "cloudformation:ListStackResources",
                "tag:GetResources",
            )
        ]
        needs.append(service_linked_role(GROUPS, "AWSServiceRoleForResourceGroups"))
    return needs


def service_linked_role(service: str, name: str) -> tuple[str, str, dict[str, list[str]]]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{service}/{name}"
    return "iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": [service]}

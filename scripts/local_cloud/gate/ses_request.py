"""What SES asks of a bucket or a topic when it acts by a receipt rule.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
"""

from local_cloud import ACCOUNT
from local_cloud.gate.policy import Request


def ses_request(action: str, resource: str, rule_arn: str) -> Request:
    """The request that SES makes when it acts by this rule."""
    return Request(
        action,
        resource,
        principal_service="ses.amazonaws.com",
        context={
            "aws:SourceAccount": [ACCOUNT],
            "aws:SourceArn": [rule_arn],
            "aws:Referer": [ACCOUNT],
            "aws:SecureTransport": ["true"],
        },
    )


def rule_arn(region: str, rule_set: str, rule: str) -> str:
    return f"arn:aws:ses:{region}:{ACCOUNT}:receipt-rule-set/{rule_set}:receipt-rule/{rule}"

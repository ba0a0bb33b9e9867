"""SES's own test of a receipt rule: whether the bucket and the topic let SES in.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
"""

from typing import Any

from moto.sns.models import sns_backends

from local_cloud import ACCOUNT
from local_cloud.gate import principals
from local_cloud.gate.api_call import ApiCall
from local_cloud.gate.policy import is_allowed
from local_cloud.gate.refusal import Refusal
from local_cloud.gate.ses_request import rule_arn, ses_request


def problem(call: ApiCall) -> Refusal | None:
    if call.service != "ses" or call.operation not in ("CreateReceiptRule", "UpdateReceiptRule"):
        return None
    rule: dict[str, Any] = call.parameters.get("Rule") or {}
    arn = rule_arn(call.region, str(call.parameters.get("RuleSetName")), str(rule.get("Name")))
    for action in rule.get("Actions") or []:
        target = action.get("S3Action")
        if target is None:
            continue
        bucket, prefix = target["BucketName"], target.get("ObjectKeyPrefix") or ""
        policy = principals.bucket_policy(bucket)
        put = ses_request("s3:PutObject", f"arn:aws:s3:::{bucket}/{prefix}probe", arn)
        if policy is None or not is_allowed([policy], put):
            return Refusal(400, "InvalidS3Configuration", f"Could not write to bucket: {bucket}")
        topic_arn = target.get("TopicArn")
        if topic_arn:
            topic = sns_backends[ACCOUNT][call.region].topics.get(topic_arn)
            publish = ses_request("sns:Publish", topic_arn, arn)
            if topic is None or not is_allowed([topic._policy_json], publish):
                return Refusal(400, "InvalidSnsTopic", f"Invalid SNS topic: {topic_arn}")
    return None

"""SNS: attributes that were set come back, and a queue that does not admit the topic gets nothing.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
"""

from contextvars import ContextVar
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns import models, responses
from moto.sqs import models as sqs_models
from moto.xray.models import xray_backends

from local_cloud import ACCOUNT
from local_cloud.activity import ACTIVITY
from local_cloud.additions.admission import admits
from local_cloud.additions.patching import wrap
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits as policy_admits
from local_cloud.trace import new_trace_header

PROTOCOLS = ("SQS", "Lambda", "HTTP", "Firehose", "Application")
FEEDBACK = ("SuccessFeedbackRoleArn", "FailureFeedbackRoleArn", "SuccessFeedbackSampleRate")
# The trace that a topic with active tracing has begun, while it delivers one message.
# https://docs.aws.amazon.com/sns/latest/dg/sns-active-tracing.html
TRACE_HEADER: ContextVar[str | None] = ContextVar("trace_header", default=None)
KEPT = ("TracingConfig", *(f"{protocol}{name}" for protocol in PROTOCOLS for name in FEEDBACK))


def install() -> None:
    @wrap(responses.SNSResponse, "get_topic_attributes")
    def get_topic_attributes(original: Any, response: Any) -> Any:
        answer = original(response)
        topic = response.backend.get_topic(response._get_param("TopicArn"))
        for name in KEPT:
            value = getattr(topic, camelcase_to_underscores(name), None)
            if value:
                answer.result["Attributes"][name] = value
        return answer

    @wrap(models.Subscription, "publish")
    def publish(original: Any, subscription: Any, *arguments: Any, **named: Any) -> None:
        if subscription.protocol == "sqs" and not admits(
            subscription.endpoint, "sns.amazonaws.com", subscription.topic.arn
        ):
            return
        is_traced = getattr(subscription.topic, "tracing_config", None) == "Active"
        if is_traced:
            write_segment(subscription.topic)
        token = TRACE_HEADER.set(new_trace_header(ACTIVITY.clock.now()) if is_traced else None)
        try:
            original(subscription, *arguments, **named)
        finally:
            TRACE_HEADER.reset(token)

    @wrap(sqs_models.SQSBackend, "send_message")
    def send_message(original: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        header = TRACE_HEADER.get()
        if header is not None:
            named["system_attributes"] = {
                "AWSTraceHeader": {"DataType": "String", "StringValue": header}
            }
        return original(backend, *arguments, **named)


def write_segment(topic: Any) -> None:
    """SNS's own segment of a traced topic: there is one where X-Ray's policies let SNS write it."""
    settings = xray_backends[ACCOUNT][topic.arn.split(":")[3]].__dict__.get("settings", {})
    owners = [f"X-Ray policy {name}" for name in settings.get("policies", {})]
    context = {"aws:SourceArn": [topic.arn], "aws:SourceAccount": [ACCOUNT]}
    for action in ("GetSamplingRules", "GetSamplingTargets", "PutTraceSegments"):
        policy_admits(
            owners,
            Request(f"xray:{action}", "*", context, principal_service="sns.amazonaws.com"),
        )

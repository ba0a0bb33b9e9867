"""SNS: attributes that were set are returned, and a delivery needs the queue's permission.

Bug of moto: GetTopicAttributes leaves out tracing and delivery feedback.

Feature: moto asks no queue policy, and has no dead-letter queues of subscriptions and no tracing.
What a queue does not take goes to the subscription's dead-letter queue, where that admits the
topic, or is lost.
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns import models, responses
from moto.sqs import models as sqs_models
from moto.xray.models import xray_backends

from local_cloud import ACCOUNT
from local_cloud.additions.admission import admits
from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY
from local_cloud.connection.trace_header import new_trace_header
from local_cloud.gate.policy import Request
from local_cloud.gate.resource_policies import admits as policy_admits
from local_cloud.metrics.counts import count

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

    @wrap(models.Topic, "publish")
    def publish_to_topic(original: Any, topic: Any, *arguments: Any, **named: Any) -> Any:
        measure(topic, "NumberOfMessagesPublished")
        return original(topic, *arguments, **named)

    @wrap(models.Subscription, "publish")
    def publish(
        original: Any, subscription: Any, message: str, *arguments: Any, **named: Any
    ) -> None:
        matcher = subscription._filter_policy_matcher
        if matcher is not None and not matcher.matches(named.get("message_attributes"), message):
            return
        with traced(subscription.topic):
            deliver(subscription, lambda: original(subscription, message, *arguments, **named))

    @wrap(sqs_models.SQSBackend, "send_message")
    def send_message(original: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        header = TRACE_HEADER.get()
        if header is not None:
            named["system_attributes"] = {
                "AWSTraceHeader": {"DataType": "String", "StringValue": header}
            }
        return original(backend, *arguments, **named)


def deliver(subscription: Any, send: Callable[[], None]) -> None:
    """Delivers to the queue, or else to the dead-letter queue.

    A queue that is gone or does not admit the topic is a client's error, which SNS does not retry.
    """
    topic = subscription.topic
    if subscription.protocol != "sqs" or admits(
        subscription.endpoint, "sns.amazonaws.com", topic.arn
    ):
        send()
        measure(topic, "NumberOfNotificationsDelivered")
        return
    measure(topic, "NumberOfNotificationsFailed")
    dead_letter = dead_letter_queue(subscription)
    if dead_letter is None:
        return
    if not admits(dead_letter, "sns.amazonaws.com", topic.arn):
        measure(topic, "NumberOfNotificationsFailedToRedriveToDlq")
        return
    endpoint = subscription.endpoint
    subscription.endpoint = dead_letter
    try:
        send()
    finally:
        subscription.endpoint = endpoint
    measure(topic, "NumberOfNotificationsRedrivenToDlq")


def dead_letter_queue(subscription: Any) -> str | None:
    policy = subscription.attributes.get("RedrivePolicy")
    return json.loads(policy).get("deadLetterTargetArn") if policy else None


def measure(topic: Any, name: str) -> None:
    """A metric of a topic, in the namespace AWS/SNS.

    https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    """
    count(topic.arn.split(":")[3], "AWS/SNS", {"TopicName": topic.name}, {name: 1})


@contextmanager
def traced(topic: Any) -> Iterator[None]:
    """While this is entered, messages carry the header of a new trace, if the topic traces."""
    is_traced = getattr(topic, "tracing_config", None) == "Active"
    if is_traced:
        write_segment(topic)
    token = TRACE_HEADER.set(new_trace_header(ACTIVITY.clock.now()) if is_traced else None)
    try:
        yield
    finally:
        TRACE_HEADER.reset(token)


def write_segment(topic: Any) -> None:
    """SNS's own segment of a traced topic, written where X-Ray's policies let SNS write it."""
    settings = xray_backends[ACCOUNT][topic.arn.split(":")[3]].__dict__.get("settings", {})
    owners = [f"X-Ray policy {name}" for name in settings.get("policies", {})]
    context = {"aws:SourceArn": [topic.arn], "aws:SourceAccount": [ACCOUNT]}
    for action in ("GetSamplingRules", "GetSamplingTargets", "PutTraceSegments"):
        policy_admits(
            owners,
            Request(f"xray:{action}", "*", context, principal_service="sns.amazonaws.com"),
        )

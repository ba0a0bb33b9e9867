"""SNS: attributes that were set come back, and a queue that does not admit the topic gets nothing.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
"""

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns import models, responses

from local_cloud.additions.admission import admits
from local_cloud.additions.patching import wrap

PROTOCOLS = ("SQS", "Lambda", "HTTP", "Firehose", "Application")
FEEDBACK = ("SuccessFeedbackRoleArn", "FailureFeedbackRoleArn", "SuccessFeedbackSampleRate")
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
        original(subscription, *arguments, **named)

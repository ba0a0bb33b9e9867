"""SES: receipt rules can be deleted, settings are returned, and everything sent can be read.

Bug of moto: every domain has the same DKIM tokens, a subdomain of a verified domain is not
verified, settings that were made are not returned, and SendRawEmail takes UTF-8 only and sends to
the header's recipients as well as to those that it is given.

Feature: moto has no DeleteReceiptRule, identity policies or delivery options, and no way to read
what was sent.
https://docs.aws.amazon.com/ses/latest/APIReference/API_Operations.html
"""

import base64
import hashlib
import json
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ses import models, responses
from moto.sesv2 import responses as v2

from local_cloud import ACCOUNT
from local_cloud.additions.patching import add, wrap
from local_cloud.additions.simple_mail import recipients, simple_mail
from local_cloud.clock.activity import ACTIVITY

TOPICS = ("Bounce", "Complaint", "Delivery")


def delete_receipt_rule(response: Any) -> Any:
    rules = response.backend.describe_receipt_rule_set(response._get_param("RuleSetName"))
    name = response._get_param("RuleName")
    rules.rules = [rule for rule in rules.rules if rule["Name"] != name]
    ACTIVITY.note_deployment()
    return EmptyResult()


def set_identity_headers_in_notifications_enabled(response: Any) -> Any:
    key = (response._get_param("Identity"), response._get_param("NotificationType"))
    kept(response, "notification_headers")[key] = response._get_bool_param("Enabled", False)
    return EmptyResult()


def put_configuration_set_delivery_options(response: Any) -> Any:
    configuration_set(response).delivery_options = response._get_param("DeliveryOptions", {})
    return EmptyResult()


def update_configuration_set_sending_enabled(response: Any) -> Any:
    return EmptyResult()


def update_configuration_set_reputation_metrics_enabled(response: Any) -> Any:
    configuration_set(response).reputation = response._get_bool_param("Enabled", False)
    return EmptyResult()


def delete_configuration_set_event_destination(response: Any) -> Any:
    name = response._get_param("ConfigurationSetName")
    response.backend.config_set_event_destination.pop(name, None)
    return EmptyResult()


def put_identity_policy(response: Any) -> Any:
    policies = kept(response, "identity_policies").setdefault(response._get_param("Identity"), {})
    policies[response._get_param("PolicyName")] = response._get_param("Policy")
    return EmptyResult()


def get_identity_policies(response: Any) -> Any:
    policies = kept(response, "identity_policies").get(response._get_param("Identity"), {})
    names = response._get_param("PolicyNames", [])
    return ActionResult({"Policies": {n: p for n, p in policies.items() if n in names}})


def list_identity_policies(response: Any) -> Any:
    policies = kept(response, "identity_policies").get(response._get_param("Identity"), {})
    return ActionResult({"PolicyNames": list(policies)})


def delete_identity_policy(response: Any) -> Any:
    policies = kept(response, "identity_policies").get(response._get_param("Identity"), {})
    policies.pop(response._get_param("PolicyName"), None)
    return EmptyResult()


def send_raw_email(response: Any) -> Any:
    """Any bytes are a message: they come back from `raw_bytes` as they were."""
    raw = response._get_param("RawMessage.Data").decode("utf-8", "surrogateescape")
    named = response._get_param("Destinations", [])
    message = response.backend.send_raw_email(response._get_param("Source"), named, raw)
    return ActionResult({"MessageId": message.id})


def verify_domain_dkim(response: Any) -> Any:
    domain = response._get_param("Domain")
    response.backend.verify_domain(domain)
    kept(response, "dkim_started")[domain] = True
    return ActionResult({"DkimTokens": dkim_tokens(domain)})


def kept(response: Any, name: str) -> dict[Any, Any]:
    store: dict[Any, Any] = response.backend.__dict__.setdefault(name, {})
    return store


def configuration_set(response: Any) -> Any:
    return response.backend.describe_configuration_set(response._get_param("ConfigurationSetName"))


def dkim_tokens(domain: str) -> list[str]:
    """Three tokens of the domain's own; moto answers the same three for every domain."""
    return [hashlib.sha256(f"{domain} {n}".encode()).hexdigest()[:32] for n in range(3)]


def install() -> None:
    owner = responses.EmailResponse
    add(
        owner,
        delete_receipt_rule,
        set_identity_headers_in_notifications_enabled,
        put_configuration_set_delivery_options,
        update_configuration_set_sending_enabled,
        update_configuration_set_reputation_metrics_enabled,
        delete_configuration_set_event_destination,
        put_identity_policy,
        get_identity_policies,
        list_identity_policies,
        delete_identity_policy,
        send_raw_email,
        verify_domain_dkim,
    )
    return_what_was_set(owner)
    keep_what_is_sent()

    @wrap(models.SESBackend, "_is_verified_address")
    def is_verified(original: Any, backend: Any, source: str) -> bool:
        """A domain's identity covers its subdomains too.

        https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
        """
        labels = source.rpartition("@")[2].rstrip(">").split(".") if "@" in source else []
        parents = {".".join(labels[start:]) for start in range(1, len(labels))}
        return original(backend, source) or not parents.isdisjoint(backend.email_identities)


def return_what_was_set(owner: Any) -> None:
    @wrap(owner, "get_identity_notification_attributes")
    def notification_attributes(original: Any, response: Any) -> Any:
        answer = original(response)
        headers = kept(response, "notification_headers")
        for identity, found in answer.result["NotificationAttributes"].items():
            for name, arn in response.backend.sns_topics.get(identity, {}).items():
                found[f"{name.capitalize()}Topic"] = arn
            for name in TOPICS:
                if headers.get((identity, name)):
                    found[f"HeadersIn{name}NotificationsEnabled"] = True
        return answer

    @wrap(owner, "get_identity_dkim_attributes")
    def dkim_attributes(original: Any, response: Any) -> Any:
        answer = original(response)
        for domain, found in answer.result["DkimAttributes"].items():
            found["DkimTokens"] = dkim_tokens(domain)
        return answer

    @wrap(owner, "describe_configuration_set")
    def describe(original: Any, response: Any) -> Any:
        answer, found = original(response), configuration_set(response)
        answer.result["EventDestinations"] = [
            each for each in answer.result["EventDestinations"] if each
        ]
        if getattr(found, "delivery_options", None):
            answer.result["DeliveryOptions"] = found.delivery_options
        answer.result["ReputationOptions"] = {
            "SendingEnabled": True,
            "ReputationMetricsEnabled": getattr(found, "reputation", False),
        }
        return answer


def keep_what_is_sent() -> None:
    """Keeps the raw message byte for byte, the key that sent it, and the time."""

    @wrap(models.SESBackend, "send_raw_email")
    def send_to_the_named(
        original: Any, backend: Any, source: str | None, destinations: list[str], raw_data: str
    ) -> Any:
        """Without a header moto finds no recipients in it."""
        if source is None or not destinations:
            return original(backend, source, destinations, raw_data)
        message = original(backend, source, destinations, "")
        message.raw_data = raw_data
        return message

    @wrap(v2.SESV2Response, "send_email")
    def send_email(original: Any, response: Any) -> Any:
        answer = original(response)
        given = json.loads(response.body)
        content = given.get("Content", {})
        message = response.sesv2_backend.core_backend.sent_messages[-1]
        if "Raw" in content:
            message.raw_bytes = base64.b64decode(content["Raw"]["Data"])
        elif "Simple" in content:
            message.raw_bytes = simple_mail(given, ACTIVITY.clock.now())
            message.destinations = recipients(given.get("Destination", {}))
        stamp(message, response)
        return answer

    for name in ("send_email", "send_raw_email"):

        @wrap(responses.EmailResponse, name)
        def send(original: Any, response: Any) -> Any:
            answer = original(response)
            message = response.backend.sent_messages[-1]
            message.text = response._get_param("Message.Body.Text.Data")
            message.html = response._get_param("Message.Body.Html.Data")
            stamp(message, response)
            return answer


def stamp(message: Any, response: Any) -> None:
    message.sent_at = ACTIVITY.clock.now()
    message.access_key_id = response.access_key
    ACTIVITY.note()


def sent_count() -> int:
    return sum(len(backend.sent_messages) for backend in models.ses_backends[ACCOUNT].values())


def outbox(first: int = 0) -> list[dict[str, Any]]:
    """All messages that were sent through SES, from number `first` on, raw messages in base64."""
    return [
        {
            "messageId": getattr(message, "id", None),
            "source": message.source,
            "destinations": message.destinations,
            "subject": getattr(message, "subject", None),
            "text": getattr(message, "text", None),
            "html": getattr(message, "html", None),
            "rawBase64": base64.b64encode(raw_bytes(message)).decode(),
            "accessKeyId": getattr(message, "access_key_id", None),
            "sentAt": getattr(message, "sent_at", None),
        }
        for message in [
            message
            for backend in models.ses_backends[ACCOUNT].values()
            for message in backend.sent_messages
        ][first:]
    ]


def raw_bytes(message: Any) -> bytes:
    kept_bytes = getattr(message, "raw_bytes", None)
    if isinstance(kept_bytes, bytes):
        return kept_bytes
    return str(getattr(message, "raw_data", "")).encode("utf-8", "surrogateescape")

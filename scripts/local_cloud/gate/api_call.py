"""The service, operation and parameters of a request.

Read with botocore's service models, which AWS's own clients are generated from.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from moto.core.model import OperationModel, ServiceModel
from moto.core.utils import get_service_model

from local_cloud.gate import routes, wire
from local_cloud.gate.raw_request import RawRequest

MODELS = {
    "monitoring": "cloudwatch",
    "servicecatalog": "servicecatalog-appregistry",
    "tagging": "resourcegroupstaggingapi",
}


@dataclass(frozen=True)
class ApiCall:
    """A request that was understood; `operation` is empty when the model does not know it."""

    service: str  # botocore's name
    operation: str
    region: str
    protocol: str
    parameters: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None  # why its parameters could not be read


@lru_cache(maxsize=64)
def service_model(name: str) -> ServiceModel | None:
    try:
        return get_service_model(name)
    except Exception:
        return None


def operation_model(service: str, operation: str) -> OperationModel | None:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    return model.operation_model(operation)


def understand(request: RawRequest) -> ApiCall:
    credential = request.credential
    target = request.headers.get("x-amz-target")
    is_form = "x-www-form-urlencoded" in request.headers.get("content-type", "")
    unsigned = "" if target or is_form else "s3"
    region, signing_name = (credential[2], credential[3]) if credential else ("", unsigned)
    service = service_name(request, signing_name)
    model, labels = service_model(service), dict[str, str]()
    if target:
        protocol, operation = "json", target.rpartition(".")[2]
    elif is_form and service != "s3":
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        protocol, operation = "query", form.get("Action", "")
    else:
        protocol = str(model.protocol) if model else "rest-json"
        operation, labels = routes.find(model, request) if model else ("", {})
    known = operation_model(service, operation)
    if known is None:
        return ApiCall(service, "", region, protocol)
    try:
        parameters = wire.parameters(known, protocol, request, labels)
    except wire.Unreadable as error:
        return ApiCall(service, operation, region, protocol, fault=str(error))
    return ApiCall(service, operation, region, protocol, parameters)


def service_name(request: RawRequest, signing_name: str) -> str:
    if signing_name == "ses" and request.path.startswith("/v2/"):
        return "sesv2"
    if request.headers.get("x-amz-target", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    return MODELS.get(signing_name, signing_name)

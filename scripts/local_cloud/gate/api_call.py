"""Which operation of which service is asked for, with which parameters?

Read with botocore's service models: the same models that AWS's own clients are made of.
"""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local_cloud.gate.query_parameters import from_form
from local_cloud.gate.raw_request import RawRequest
from local_cloud.gate.s3_call import s3_operation

MODELS = {
    "monitoring": "cloudwatch",
    "servicecatalog": "servicecatalog-appregistry",
    "tagging": "resourcegroupstaggingapi",
}
LOADER = Loader()


@dataclass(frozen=True)
class ApiCall:
    """A request understood; `operation` is empty when the model does not know it."""

    service: str  # botocore's name
    operation: str
    region: str
    protocol: str
    parameters: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=64)
def service_model(name: str) -> Any | None:
    try:
        return ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    except Exception:
        return None


def understand(request: RawRequest) -> ApiCall:
    credential = request.credential
    target = request.headers.get("x-amz-target")
    content_type = request.headers.get("content-type", "")
    is_form = "x-www-form-urlencoded" in content_type
    unsigned = "" if target or is_form else "s3"
    region, signing_name = (credential[2], credential[3]) if credential else ("", unsigned)
    service = service_name(request, signing_name)
    if service == "s3":
        operation, parameters = s3_operation(request.method, request.path, request.query)
        return ApiCall(service, operation, region, "rest-xml", parameters)
    if target:
        return ApiCall(
            service, target.rpartition(".")[2], region, "json", json_object(request.body)
        )
    if is_form:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        operation = form.get("Action", "")
        return ApiCall(
            service, operation, region, "query", from_form(form, input_shape(service, operation))
        )
    operation, parameters = rest_operation(service, request)
    return ApiCall(service, operation, region, "rest-json", parameters)


def service_name(request: RawRequest, signing_name: str) -> str:
    if signing_name == "ses" and request.path.startswith("/v2/"):
        return "sesv2"
    if request.headers.get("x-amz-target", "").startswith("DynamoDBStreams"):
        return "dynamodbstreams"
    return MODELS.get(signing_name, signing_name)


def input_shape(service: str, operation: str) -> Any | None:
    model = service_model(service)
    if model is None or operation not in model.operation_names:
        return None
    return model.operation_model(operation).input_shape


def json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@lru_cache(maxsize=64)
def rest_routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """(method, path pattern, operation), the most specific first."""
    model = service_model(service)
    routes = []
    for name in model.operation_names if model else []:
        http = model.operation_model(name).http  # type: ignore[union-attr]
        uri = http["requestUri"].partition("?")[0]
        pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(uri))
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern)
        routes.append((http["method"], re.compile(pattern.rstrip("/") + "/?"), name))
    return sorted(routes, key=lambda route: route[1].pattern.count("(?P"))


def rest_operation(service: str, request: RawRequest) -> tuple[str, dict[str, Any]]:
    for method, pattern, name in rest_routes(service):
        match = pattern.fullmatch(request.path)
        if method == request.method and match:
            parameters = json_object(request.body)
            parameters.update(parse_qsl(request.query))
            shape = input_shape(service, name)
            labels = {
                location_name(shape, key): unquote(value)
                for key, value in match.groupdict().items()
            }
            return name, parameters | labels
    return "", {}


def location_name(shape: Any, label: str) -> str:
    for name, member in shape.members.items() if shape else []:
        if member.serialization.get("name") == label:
            return str(name)
    return label

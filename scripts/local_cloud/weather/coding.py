"""Answers decoded and encoded by AWS's own models: botocore reads them, moto writes them."""

import uuid
from typing import Any

from botocore.parsers import ResponseParserFactory
from moto.core.parse import default_timestamp_parser
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model

from local_cloud.gate.answer import Answer, with_body
from local_cloud.gate.api_call import ApiCall

PARSERS = ResponseParserFactory()
PARSERS.set_parser_defaults(timestamp_parser=default_timestamp_parser)


def decoded(call: ApiCall, answer: Answer) -> dict[str, Any]:
    """The members of an answer."""
    status, headers, body = answer
    shape = get_service_model(call.service).operation_model(call.operation).output_shape
    found: dict[str, Any] = PARSERS.create_parser(call.protocol).parse(
        {"status_code": status, "headers": headers, "body": body}, shape
    )
    del found["ResponseMetadata"]
    return found


def encoded(call: ApiCall, members: dict[str, Any], like: Answer) -> Answer:
    """An answer with these members, otherwise like the other one."""
    model = get_service_model(call.service).operation_model(call.operation)
    serializer = get_serializer_class(call.service, call.protocol)
    written = serializer(model, SerializationContext(str(uuid.uuid4()))).serialize(members)
    body = written["body"]
    return with_body(like, body if isinstance(body, bytes) else body.encode())

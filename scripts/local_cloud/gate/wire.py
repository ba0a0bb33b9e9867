"""The parameters of a call, read from the wire by the service's protocol.

moto's parsers read the query and REST protocols.

By hand, because moto's parsers drop members that the model does not know. Here they stay among the
parameters under their own names, so that they can be refused.
https://smithy.io/2.0/aws/protocols/
"""

import json
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from botocore.serialize import create_serializer
from moto.core.model import OperationModel
from moto.core.parse import QueryParser, RequestParserError, RestJSONParser, RestXMLParser
from werkzeug.datastructures import Headers, MultiDict

from local_cloud.gate.raw_request import RawRequest

Parameters = dict[str, Any]
OF_SDK = {"x-id"}  # clients put it into a query, no model has it
OF_FORM = {"Action", "Version"}


class Unreadable(ValueError):
    """The body does not follow its protocol."""


def parameters(
    operation: OperationModel, protocol: str, request: RawRequest, labels: dict[str, str]
) -> Parameters:
    try:
        if protocol == "json":
            return members(operation.input_shape, request.body)
        if protocol == "query":
            return of_form(operation, request.body)
        return of_rest(operation, protocol, request, labels)
    except (ValueError, TypeError, RequestParserError, ElementTree.ParseError) as error:
        raise Unreadable(f"the request cannot be read: {error}") from error


def members(shape: Any, body: bytes) -> Parameters:
    found = renamed(shape, json.loads(body or b"{}"))
    if not isinstance(found, dict):
        raise Unreadable("the document is not an object")
    return found


def renamed(shape: Any, value: Any) -> Any:
    """A document's value, with members under the model's names and without null members."""
    kind = shape.type_name if shape is not None else None
    if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
        names = {
            member.serialization.get("name", name): name
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
        return {
            names.get(name, name): renamed(shape.members.get(names.get(name)), each)
            for name, each in value.items()
            if each is not None
        }
    if kind == "list" and isinstance(value, list):
        return [renamed(shape.member, each) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {name: renamed(shape.value, each) for name, each in value.items()}
    return value


def of_form(operation: OperationModel, body: bytes) -> Parameters:
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    found: Parameters = QueryParser(operation).parse({"values": form})
    written = serialized(operation, "query", found)
    return found | {name: form[name] for name in form.keys() - written.keys() - OF_FORM}


def of_rest(
    operation: OperationModel, protocol: str, request: RawRequest, labels: dict[str, str]
) -> Parameters:
    shape, is_json = operation.input_shape, protocol == "rest-json"
    payload = shape.serialization.get("payload") if shape is not None else None
    content = shape.members[payload] if payload is not None else shape
    kind = content.type_name if content is not None else "structure"
    is_xml = not is_json and kind == "structure"
    query = parse_qsl(request.query, keep_blank_values=True)
    parser = RestJSONParser if is_json else RestXMLParser
    found: Parameters = parser(operation).parse(
        {
            "body": request.body.decode() if is_xml else "",
            "headers": Headers(list(request.headers.items())),
            "method": request.method,
            "url_params": labels,
            "url_path": request.path,
            "values": MultiDict(query),
        }
    )
    if request.body and is_xml:
        found |= unknown_elements(operation, found, request.body)
    elif request.body:
        read = of_body(content, request.body)
        found |= read if payload is None else {payload: read}
    known = query_names(operation)
    return found | {name: value for name, value in query if known is not None and name not in known}


def of_body(shape: Any, body: bytes) -> Any:
    """The body of a call that is not XML: a document, text or bytes."""
    kind = shape.type_name if shape is not None else "structure"
    if kind == "structure":
        return members(shape, body)
    return body.decode() if kind == "string" else body


def query_names(operation: OperationModel) -> set[str] | None:
    """The names that a query may have; None where any name is allowed."""
    literals = parse_qsl(operation.http["requestUri"].partition("?")[2], keep_blank_values=True)
    names = OF_SDK | {name for name, _ in literals}
    shape = operation.input_shape
    for name, member in shape.members.items() if shape is not None else []:
        if member.serialization.get("location") == "querystring":
            if member.type_name == "map":
                return None
            names.add(member.serialization.get("name", name))
    return names


def unknown_elements(operation: OperationModel, found: Parameters, body: bytes) -> Parameters:
    """The elements that are missing when what was understood is written again."""
    written = serialized(operation, "rest-xml", found)
    return dict.fromkeys(elements(body) - elements(written), "")


def elements(text: bytes) -> set[str]:
    """The names of all elements but the outermost."""
    root = ElementTree.fromstring(text)
    return {each.tag.rpartition("}")[2] for each in root.iter() if each is not root}


def serialized(operation: OperationModel, protocol: str, found: Parameters) -> Any:
    serializer = create_serializer(protocol, include_validation=False)
    return serializer.serialize_to_request(found, operation)["body"]

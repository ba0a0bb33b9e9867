"""The two parts of a multipart/related upload: metadata, and a message byte for byte.

By hand, because Python's email package would write the message anew, and its bytes count.
https://datatracker.ietf.org/doc/html/rfc2046#section-5.1
"""

import json
from email.message import Message
from typing import Any


class NotMultipart(ValueError):
    """The body does not have the two parts that the upload guide requires."""


def split(body: bytes, content_type: str) -> tuple[dict[str, Any], bytes]:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/related" or not isinstance(boundary, str):
        raise NotMultipart("Content-Type is not multipart/related with a boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) != 4 or not pieces[3].startswith(b"--"):
        raise NotMultipart(f"{len(pieces) - 2} parts instead of two")
    first, second = (part_of(piece) for piece in pieces[1:3])
    if not first[0].startswith("application/json"):
        raise NotMultipart("the first part is not application/json")
    if not second[0].startswith("message/"):
        raise NotMultipart("the second part is not message/rfc822")
    metadata = json.loads(first[1])
    if not isinstance(metadata, dict):
        raise NotMultipart("the metadata is not an object")
    return metadata, second[1]


def part_of(piece: bytes) -> tuple[str, bytes]:
    """Content type and content of one part."""
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        raise NotMultipart("a part has no blank line")
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-type":
            return value.strip().lower(), content
    return "", content

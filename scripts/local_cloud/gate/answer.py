"""An answer on its way out of the door."""

from collections.abc import Callable
from http.client import responses
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
ABOUT_THE_BODY = ("content-length", "x-amz-crc32")


def respond(start: Callable[..., Any], answer: Answer) -> list[bytes]:
    status, headers, body = answer
    if "content-length" not in {name.lower() for name in headers}:
        headers = headers | {"Content-Length": str(len(body))}
    start(f"{status} {responses.get(status, 'Answer')}", list(headers.items()))
    return [body]


def with_body(answer: Answer, body: bytes) -> Answer:
    """The same answer with another body."""
    status, headers, _ = answer
    kept = {name: value for name, value in headers.items() if name.lower() not in ABOUT_THE_BODY}
    return status, kept, body

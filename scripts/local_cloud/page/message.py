"""A message taken apart for the page: its headers and its parts. Nothing in it is trusted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Node
from typing import Any

from local_cloud.host.notification import decoded, headers_of
from local_cloud.page.harmless import framed

MOST_HEADERS = 200
LONGEST_HEAD = 256 * 1024
LONGEST_HEADER = 10_000
MOST_PARTS = 100
DEEPEST = 20
LONGEST_TEXT = 200_000
IN_BLOCKS = ("message/delivery-status", "message/disposition-notification")


@dataclass(frozen=True)
class Part:
    """One part; `text` or `frame` (a document for a sandbox) is what can be shown of it."""

    number: int
    kind: str
    name: str
    size: int
    content: bytes = field(repr=False)
    text: str | None = None
    frame: str | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class Message:
    """The headers, decoded, and the parts in their order."""

    raw: bytes = field(repr=False)
    headers: list[tuple[str, str]]
    parts: list[Part]
    problem: str | None = None

    def header(self, name: str) -> str:
        return next((value for field, value in self.headers if field.lower() == name), "")

    @property
    def text(self) -> str:
        return self.raw[:LONGEST_TEXT].decode("utf-8", "replace")

    @property
    def is_cut(self) -> bool:
        return len(self.raw) > LONGEST_TEXT


def head_of(raw: bytes) -> Message:
    """The message without its parts, for a list."""
    fields = headers_of(raw[:LONGEST_HEAD])[:MOST_HEADERS]
    return Message(raw, [(name, decoded(value[:LONGEST_HEADER])) for name, value in fields], [])


def taken_apart(raw: bytes) -> Message:
    headers = head_of(raw).headers
    try:
        nodes = list(leaves(message_from_bytes(raw)))
        return Message(raw, headers, [part(*each) for each in enumerate(nodes, 1)])
    except Exception as error:  # the library raises whatever a malformed mail makes it trip over
        return Message(raw, headers, [], f"The parts cannot be read ({type(error).__name__}).")


def leaves(top: Node) -> Iterator[Node]:
    """The parts that hold something, without recursion."""
    waiting = [(top, 0)]
    found = 0
    while waiting and found < MOST_PARTS:
        node, depth = waiting.pop()
        inner = node.get_payload()
        is_whole = node.get_content_type() in IN_BLOCKS or depth == DEEPEST
        if isinstance(inner, list) and not is_whole:
            waiting += [(each, depth + 1) for each in reversed(inner) if isinstance(each, Node)]
        else:
            found += 1
            yield node


def part(number: int, node: Node) -> Part:
    kind = node.get_content_type()
    content = content_of(node)
    facts: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "name": decoded(str(node.get_filename() or "")),
        "size": len(content),
        "content": content,
        "is_cut": len(content) > LONGEST_TEXT,
    }
    if node.get_content_disposition() == "attachment":
        return Part(**facts)
    if kind == "text/html":
        return Part(**facts, frame=framed(text_of(node, content)))
    if kind.startswith("text/") or kind in IN_BLOCKS:
        return Part(**facts, text=text_of(node, content))
    return Part(**facts)


def content_of(node: Node) -> bytes:
    inner = node.get_payload()
    if isinstance(inner, list):
        return b"\n".join(each.as_bytes() for each in inner if isinstance(each, Node))
    content = node.get_payload(decode=True)
    return content if isinstance(content, bytes) else str(inner or "").encode("utf-8", "replace")


def text_of(node: Node, content: bytes) -> str:
    cut = content[:LONGEST_TEXT]
    try:
        text = cut.decode(node.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        text = cut.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode()  # without halves of characters

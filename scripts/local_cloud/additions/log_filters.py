"""CloudWatch Logs' filter patterns, as far as our commands and manuals use them.

Bug of moto: words and one quoted phrase are matched; any other pattern lets every line through.

By hand, because no library has the syntax. Known are words and phrases (all, or with `?` any of
them), and comparisons of JSON fields with text and numbers, joined by `&&` and `||`. Any other
pattern is refused, so that nobody takes "everything" for an answer.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from moto.logs import models
from moto.logs.exceptions import InvalidParameterException

Condition = Callable[[Any], bool]

# Outside of quotation marks a term has letters, digits and underscores only.
TERMS = re.compile(r'\s*(\?)?("(?:[^"\\]|\\.)*"|\w+)(?=\s|$)')
WORDS = re.compile(r'\s*("(?:[^"\\]|\\.)*"|&&|\|\||!=|[=(){}]|\$(?:\.\w+)+|-?\d+(?:\.\d+)?)')


def malformed(pattern: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid filter pattern: {pattern}")


def split(pattern: str, word: re.Pattern[str]) -> list[re.Match[str]]:
    """All words of a pattern, from its beginning to its end."""
    words: list[re.Match[str]] = []
    place = 0
    while place < len(pattern.rstrip()):
        match = word.match(pattern, place)
        if not match:
            raise malformed(pattern)
        words.append(match)
        place = match.end()
    return words


class JSONPattern:
    """`{ $.level = "ERROR" || ($.record.status = "timeout" && $.count != 0) }`"""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.words = [match.group(1) for match in split(pattern, WORDS)]
        self.need("{")
        self.condition = self.any_of()
        self.need("}")
        if self.words:
            raise malformed(pattern)

    def matches(self, message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return isinstance(document, dict) and self.condition(document)

    def take(self) -> str:
        if not self.words:
            raise malformed(self.pattern)
        return self.words.pop(0)

    def need(self, word: str) -> None:
        if self.take() != word:
            raise malformed(self.pattern)

    def any_of(self) -> Condition:
        """`||` binds less tightly than `&&`."""
        parts = [self.all_of()]
        while self.words and self.words[0] == "||":
            self.take()
            parts.append(self.all_of())
        return lambda document: any(part(document) for part in parts)

    def all_of(self) -> Condition:
        parts = [self.comparison()]
        while self.words and self.words[0] == "&&":
            self.take()
            parts.append(self.comparison())
        return lambda document: all(part(document) for part in parts)

    def comparison(self) -> Condition:
        name = self.take()
        if name == "(":
            inner = self.any_of()
            self.need(")")
            return inner
        operator, value = self.take(), self.take()
        if not name.startswith("$.") or operator not in ("=", "!="):
            raise malformed(self.pattern)
        try:
            wanted = json.loads(value)
        except ValueError as error:
            raise malformed(self.pattern) from error
        path = name.split(".")[1:]
        return lambda document: compare(field(document, path), operator, wanted)


def field(document: Any, path: list[str]) -> Any:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def compare(found: Any, operator: str, wanted: Any) -> bool:
    """A missing field matches neither operator."""
    return found is not None and (found == wanted) == (operator == "=")


class TextPattern:
    """`"Task timed out"`, `one two` (both), `?one ?"two words"` (any)"""

    def __init__(self, pattern: str) -> None:
        terms = split(pattern, TERMS)
        self.texts = [
            json.loads(term.group(2)) if term.group(2).startswith('"') else term.group(2)
            for term in terms
        ]
        optional = {bool(term.group(1)) for term in terms}
        if len(optional) > 1:
            raise malformed(pattern)
        self.decide: Callable[..., bool] = any if optional == {True} else all

    def matches(self, message: str) -> bool:
        return self.decide(text in message for text in self.texts)


@cache
def message_filter(pattern: str | None) -> JSONPattern | TextPattern:
    text = pattern or ""
    return JSONPattern(text) if text.lstrip().startswith("{") else TextPattern(text)


def install() -> None:
    models.__dict__["EventMessageFilter"] = message_filter

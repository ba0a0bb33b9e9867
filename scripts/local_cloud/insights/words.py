"""The words that a command of a query consists of.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import re

WORD = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>!=|<=|>=|[=<>(),\[\]*])"""
    r"""|(?P<name>[^\s=<>!(),\[\]*"']+))"""
)


class Malformed(ValueError):
    """Not a query, or one with a part that is not known here."""


def commands(query: str) -> list[str]:
    """The commands between the pipes; a pipe within quotation marks does not count."""
    parts, quote, start = [], "", 0
    for place, character in enumerate(query):
        if quote:
            quote = "" if character == quote and query[place - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character == "|":
            parts.append(query[start:place])
            start = place + 1
    return [part.strip() for part in [*parts, query[start:]] if part.strip()]


class Words:
    """The words of one command, taken one after the other."""

    def __init__(self, command: str) -> None:
        self._words: list[str] = []
        place, command = 0, command.rstrip()
        while place < len(command):
            match = WORD.match(command, place)
            if match is None:
                raise Malformed(f"unexpected at {command[place:]!r}")
            self._words.append(match.group().strip())
            place = match.end()
        self._next = 0

    def peek(self) -> str:
        return self._words[self._next] if self._next < len(self._words) else ""

    def take(self) -> str:
        word = self.peek()
        if not word:
            raise Malformed("the command ends too early")
        self._next += 1
        return word

    def takes(self, *wanted: str) -> bool:
        """Whether these words come next, in upper or lower case; then they are taken."""
        coming = self._words[self._next : self._next + len(wanted)]
        if [word.lower() for word in coming] != list(wanted):
            return False
        self._next += len(wanted)
        return True

    def need(self, wanted: str) -> None:
        if not self.takes(wanted):
            raise Malformed(f"{wanted!r} is missing before {self.peek()!r}")

    def end(self) -> None:
        if self.peek():
            raise Malformed(f"unexpected at {self.peek()!r}")


def literal(word: str) -> str | float:
    """A text without its quotation marks, or a number."""
    if word[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    try:
        return float(word)
    except ValueError:
        raise Malformed(f"{word!r} is no text and no number") from None

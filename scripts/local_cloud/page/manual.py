"""What OPERATIONS.md says of each alarm: its meaning, what to check, and how to fix it."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from local_cloud import ROOT

PAGE = ROOT / "OPERATIONS.md"
HEADING = re.compile(r"^### (.+)$", re.MULTILINE)
POINT = re.compile(r"^- \*\*(\w+)\*\*: ", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
ROW = re.compile(r"^\s*\|(.+)\|$")


@cache
def alarms(page: Path = PAGE) -> dict[str, list[tuple[str, list[str]]]]:
    """By an alarm's name, its points: a word, and lines of text."""
    text = page.read_text() if page.exists() else ""
    _, _, chapter = text.partition("\n## Alarms\n")
    chapter = chapter.partition("\n## ")[0]
    pieces = HEADING.split(chapter)[1:]
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for names, body in zip(pieces[::2], pieces[1::2], strict=True):
        points = POINT.split(body)[1:]
        read = [(word, lines(said)) for word, said in zip(points[::2], points[1::2], strict=True)]
        found |= {name.strip(): read for name in names.split(",")}
    return found


def lines(text: str) -> list[str]:
    """A paragraph as one line, and each row of a table as one."""
    found = [""]
    for each in text.strip().splitlines():
        row = ROW.match(each)
        if row is None:
            found[-1] = f"{found[-1]} {each.strip()}".strip()
        elif not set(row.group(1)) <= set("-| "):
            found += [" → ".join(cell.strip() for cell in row.group(1).split("|")), ""]
    return [each for each in found if each]


def marked(text: str) -> Markup:
    """A line of the manual, with its code in `<code>`."""
    plain = str(escape(LINK.sub(r"\1", text).replace("**", "")))
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", plain))

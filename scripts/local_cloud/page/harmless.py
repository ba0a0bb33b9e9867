"""The HTML of a stranger's mail made harmless: few elements, almost no attributes, no address.

What is written here consists only of the elements below, so nothing in it can run, load, lead
anywhere or mislead a browser's parser. The frame that shows it forbids all of that once more.

By hand, because html.parser takes minutes for some hostile mails of 200 kB.
"""

import re
from html import escape, unescape

LONGEST_HTML = 200_000
LONGEST_ADDRESS = 200
DEEPEST = 100
ELEMENTS = (
    "abbr address article aside b big blockquote br caption center cite code dd del dfn div dl dt "
    "em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark ol p pre q s "
    "samp section small span strong sub sup table tbody td tfoot th thead tr tt u ul var"
)
WITHOUT_TEXT = (
    "applet audio canvas iframe math noembed noframes object script select style svg template "
    "textarea title video xmp"
)
SHOWN = frozenset(ELEMENTS.split())
VOID = frozenset(("br", "hr"))
PASSED_OVER = frozenset(WITHOUT_TEXT.split())  # their content is no text of the mail
SPANS = frozenset(("colspan", "rowspan"))
# Neither looks beyond the next `<`: so the time grows with the length, and not faster.
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"<]*"|'[^'<]*'|[^\s"'<>]+))?""")
FRAME = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    '<meta name="color-scheme" content="light dark"><title>HTML of a mail</title></head>'
    "<body>{}</body></html>"
)


class Harmless:
    """Reads hostile HTML once, from its beginning to its end, and writes what may be seen of it."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []
        self._links: list[str] = []

    def read(self, html: str) -> str:
        place = 0
        while (start := html.find("<", place)) >= 0:
            self._text(html[place:start])
            place = self._markup(html, start)
        self._text(html[place:])
        while self._open:
            self._end(self._open[-1])
        return "".join(self._written)

    def _text(self, text: str) -> None:
        self._written.append(escape(unescape(text)))

    def _markup(self, html: str, start: int) -> int:
        """Reads what begins with `<`; returns where the rest begins."""
        if html.startswith("<!--", start):
            return after(html, "-->", start + 4)
        if html[start + 1 : start + 2] in ("!", "?"):
            return after(html, ">", start)
        tag = TAG.match(html, start)
        if tag is None:
            self._text("<")
            return start + 1
        name = tag.group(2).lower()
        if tag.group(1):
            self._end(name)
        elif name in PASSED_OVER:
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, tag.end())
            return end.start() if end else len(html)
        else:
            self._begin(name, attributes(tag.group(3)))
        return tag.end()

    def _begin(self, name: str, given: dict[str, str]) -> None:
        if name == "a":
            self._links.append(given.get("href", ""))
        elif name == "img":
            self._text(f"[image: {given.get('alt') or 'without a text'}]")
        elif name in SHOWN and len(self._open) < DEEPEST:
            self._written.append(f"<{name}{spans(given)}>")
            if name not in VOID:
                self._open.append(name)

    def _end(self, name: str) -> None:
        if name == "a" and self._links:
            address = self._links.pop()
            self._text(f" [{address[:LONGEST_ADDRESS]}]" if address else "")
        elif name in self._open:
            while name in self._open:
                self._written.append(f"</{self._open.pop()}>")


def after(html: str, mark: str, start: int) -> int:
    found = html.find(mark, start)
    return found + len(mark) if found >= 0 else len(html)


def attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in ATTRIBUTE.finditer(text):
        value = each.group(2) or ""
        found.setdefault(each.group(1).lower(), unescape(value.strip("\"'")))
    return found


def spans(given: dict[str, str]) -> str:
    """The attributes that a table needs."""
    return "".join(
        f' {name}="{value}"'
        for name, value in given.items()
        if name in SPANS and value.isascii() and value.isdigit() and len(value) < 3
    )


def harmless(html: str) -> str:
    return Harmless().read(html[:LONGEST_HTML])


def framed(html: str) -> str:
    """A whole document for `<iframe sandbox srcdoc>`."""
    return FRAME.format(harmless(html))

"""Whatever a mail is, its page consists of our own elements, and its HTML is in a sandbox."""

from collections.abc import Iterator

import pytest

from local_cloud.host.notification import Verdicts
from local_cloud.page.harmless import LONGEST_HTML, SHOWN, harmless
from local_cloud.page.message import taken_apart
from local_cloud.page.shown import line, visible
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.hostile import EVIL, corpus
from local_cloud.tests.on_page import Seen, Visitor, running, visiting

CORPUS = dict(corpus())
SKELETON = {"html", "head", "meta", "title", "body"}
OURS = SKELETON | {
    *("a", "b", "bdi", "code", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3"),
    *("header", "iframe", "li", "link", "main", "nav", "p", "pre", "script", "section", "small"),
    *("ol", "span", "summary", "ul"),
}
IN_QUEUES = frozenset(("table", "thead", "tbody", "tr", "th", "td", "form", "input", "button"))
ADDRESSES = ("src", "href", "action", "formaction", "srcset", "data", "poster", "background")
SLOW = ["<a", "<", "<!--", "<?", "</b", "<a b='"]


@pytest.fixture(scope="module")
def world(deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(deployed_moto, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    with visiting(world) as visitor:
        yield visitor


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 50


def test_no_mail_brings_an_element_or_an_address_into_its_page(
    world: World, visitor: Visitor
) -> None:
    for name, raw in CORPUS.items():
        stored = world.mailbox.store.put("me@gmail.com", raw, ["INBOX"], {}, "multipart")
        seen = visitor.see(f"/message/{stored.id}")
        assert wrong(seen) == [], name
        for frame in seen.frames:
            assert wrong_frame(frame) == [], name
    assert wrong(visitor.see("/mailbox/me@gmail.com")) == []


def wrong(seen: Seen) -> list[str]:
    found = [tag for tag, _ in seen.elements if tag not in OURS]
    found += [name for _, given in seen.elements for name in given if name.startswith("on")]
    found += [name for _, given in seen.elements for name in given if name == "style"]
    for name in ADDRESSES:
        found += [each for each in seen.values(name) if not each.startswith(("/", "#"))]
        found += [each for each in seen.values(name) if each.startswith("//")]
    scripts = [given for tag, given in seen.elements if tag == "script"]
    return found + [
        str(each) for each in scripts if each != {"src": "/static/live.js", "defer": None}
    ]


def wrong_frame(frame: dict[str, str | None]) -> list[str]:
    """What a frame has that it must not have."""
    inner = Seen(frame["srcdoc"] or "")
    found = [tag for tag, _ in inner.elements if tag not in SKELETON | SHOWN]
    of_mail = [given for tag, given in inner.elements if tag not in SKELETON]
    found += [name for given in of_mail for name in given if name not in ("colspan", "rowspan")]
    policies = [given for tag, given in inner.elements if tag == "meta" and "http-equiv" in given]
    if frame.get("sandbox") != "" or frame.get("src") is not None:
        found.append("it is in no sandbox")
    if [each["content"] for each in policies] != ["default-src 'none'"]:
        found.append("its policy is another")
    return found


def test_a_hostile_mail_is_shown_by_every_view(world: World, visitor: Visitor) -> None:
    for name in ("subject", "subject in an attribute", "encoded subject", "sender"):
        received = world.inbound.receive(
            CORPUS[name], "eve@evil.example", ["<b>@example.com"], Verdicts()
        )
        for path in ("/", f"/mail/{received.message_id}", "/held", "/queues"):
            assert set(wrong(visitor.see(path))) <= IN_QUEUES, (name, path)


def test_a_template_in_a_subject_stays_text(world: World, visitor: Visitor) -> None:
    raw = CORPUS["subject with a template"]
    stored = world.mailbox.store.put("me@gmail.com", raw, ["INBOX"], {}, "multipart")
    assert "{{ 7*7 }}" in visitor.see(f"/message/{stored.id}").text


def test_the_text_of_hostile_html_stays() -> None:
    shown = [
        Seen(each.frame).text
        for name in CORPUS
        for each in taken_apart(CORPUS[name]).parts
        if each.frame
    ]
    assert sum("the end" in each for each in shown) >= 50


def test_a_link_says_where_it_leads_and_leads_nowhere() -> None:
    shown = harmless(f'<a href="{EVIL}/x?a=1&amp;b=2">bank</a>')
    assert shown == f"bank [{EVIL}/x?a=1&amp;b=2]"


def test_a_picture_is_its_text() -> None:
    assert harmless(f'<img src={EVIL}/p.png alt="Our &lt;logo>">') == "[image: Our &lt;logo&gt;]"


def test_elements_are_closed_in_their_order() -> None:
    assert harmless("<b><i>x</b>y</i>z<td colspan=2 onclick=x>") == (
        '<b><i>x</i></b>yz<td colspan="2"></td>'
    )


@pytest.mark.parametrize("piece", SLOW)
def test_html_that_is_made_to_be_slow_is_read_at_once(piece: str) -> None:
    """Python's own parser needs minutes for some of these."""
    shown = Seen(harmless(piece * (LONGEST_HTML // len(piece))))
    assert [tag for tag, _ in shown.elements if tag not in SHOWN] == []


def test_characters_that_mislead_are_written_as_numbers() -> None:
    assert visible("a\u202eb\x00\x1b[2J\ud800\tc\r\nd") == "a\\u202eb\\u0000\\u001b[2J\\ud800\tc\nd"
    assert line("x\r\ny" + "z" * 5000).startswith("x yz") and len(line("z" * 5000)) == 2001


def test_what_cannot_be_read_is_still_there_as_it_came(world: World, visitor: Visitor) -> None:
    raw = CORPUS["parts in parts"]
    stored = world.mailbox.store.put("me@gmail.com", raw, ["INBOX"], {}, "multipart")
    assert "cannot be read (RecursionError)" in visitor.see(f"/message/{stored.id}").text
    saved = visitor.get(f"/message/{stored.id}/raw")
    assert saved.data == raw and saved.mimetype == "application/octet-stream"


def test_a_part_is_saved_and_never_shown_by_the_browser(world: World, visitor: Visitor) -> None:
    raw = CORPUS["name of a folder"]
    stored = world.mailbox.store.put("me@gmail.com", raw, ["INBOX"], {}, "multipart")
    answer = visitor.get(f"/message/{stored.id}/part/1")
    assert answer.mimetype == "application/octet-stream"
    name = f"{stored.id}-part-1"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert visitor.get(f"/message/{stored.id}/part/2").status_code == 404

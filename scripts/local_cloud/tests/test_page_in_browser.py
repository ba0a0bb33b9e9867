"""The page in a real browser: live, by keyboard, in the dark, on a phone, and with hostile mails.

`make test-page` runs it, and installs Chromium before.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud.host.notification import Verdicts
from local_cloud.page import message
from local_cloud.page.server import serving
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.browser import Browser, hosts_in
from local_cloud.tests.conftest import Waiter
from local_cloud.tests.hostile import corpus
from local_cloud.tests.on_page import running

AUDIT = (Path(__file__).parent / "page_audit.js").read_text()
ME = "me@gmail.com"
VIEWS = (
    *("/", "/mailboxes", f"/mailbox/{ME}", f"/mailbox/{ME}?label=SPAM", "/reports", "/held"),
    *("/queues", "/alarms", "/table", "/table/rule", "/compose", "/faults", "/nothing"),
)
WIDE, NARROW = (1100, 800), (360, 740)
MAIL = (
    b"From: Ann <ann@remote.example>\r\nTo: me@example.com\r\nSubject: %s\r\n"
    b"Message-ID: <%s@remote.example>\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
)
FOCUS = """(() => {
  const each = document.activeElement;
  if (each === document.body) return null;
  const style = getComputedStyle(each);
  const order = [...document.querySelectorAll("*")].indexOf(each);
  return { order, name: each.outerHTML.slice(0, 80), outline: style.outlineStyle };
})()"""
BEACON = "http://beacon.example/"


@pytest.fixture(scope="module")
def world(deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(deployed_moto, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert shutil.which("chromium"), "there is no Chromium: run make test-page"
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.end()


@pytest.fixture(scope="module")
def home(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def send(world: World, name: str, recipient: str = "me@example.com", **verdicts: str) -> str:
    raw = MAIL % (name.encode(), name.encode())
    source = "ann@remote.example"
    return world.inbound.receive(raw, source, [recipient], Verdicts(verdicts)).message_id


@pytest.fixture(scope="module")
def filled(world: World) -> list[str]:
    """A delivered mail, a bounced one, a held one, and junk; the paths of what shows them."""
    mails = [
        send(world, "delivered"),
        send(world, "bounced", "nobody@example.com"),
        send(world, "held", spam="FAIL"),
    ]
    junk = MAIL % (b"junk", b"junk")
    world.mailbox.store.put(ME, junk, ["SPAM", "UNREAD"], {}, "multipart")
    Waiter(world).until(lambda: all(each["isSettled"] for each in world.status()))
    messages = [f"/message/{each.id}" for each in world.mailbox.store.messages()]
    reports = [f"/report/{each['messageId']}" for each in world.moto.ask("outbox")]
    assert len(messages) == 2 and len(reports) == 1
    return [*(f"/mail/{each}" for each in mails), *messages, *reports]


def test_every_view_is_for_everybody_and_without_an_error(
    browser: Browser, home: str, filled: list[str]
) -> None:
    for dark in (False, True):
        for size in (WIDE, NARROW):
            browser.show(*size, dark)
            for path in (*VIEWS, *filled):
                browser.open(home + path)
                assert browser.evaluate(AUDIT) == [], (path, size, dark)
                expected = ["404"] if path == "/nothing" else []
                assert [each for each in browser.errors() if "404" not in each] == [], path
                assert len(browser.errors()) == len(expected), (path, browser.errors())


def test_the_audit_finds_what_is_wrong(browser: Browser, home: str) -> None:
    browser.show(*WIDE)
    browser.open(f"{home}/compose")
    browser.evaluate(
        "document.querySelector('label').remove();"
        "document.querySelector('h1').style.color = '#999';"
        "document.querySelector('button').textContent = '';"
        "document.body.style.width = '2000px'; 0"
    )
    found = " ".join(browser.evaluate(AUDIT))
    for part in ("from has no label", "a contrast of", "has no name", "wide on 1100"):
        assert part in found, found


@pytest.mark.parametrize("path", ["/", "/faults", "/compose", f"/mailbox/{ME}"])
def test_the_keyboard_reaches_everything_in_its_order(
    browser: Browser, home: str, filled: list[str], path: str
) -> None:
    browser.show(*WIDE)
    browser.open(home + path)
    places: list[int] = []
    while True:
        browser.press("Tab")
        focus = browser.evaluate(FOCUS)
        if focus is None or len(places) > 200:
            break
        assert focus["outline"] != "none", focus["name"]
        places.append(focus["order"])
    assert places == sorted(set(places))
    reachable = "document.querySelectorAll('a[href], button, select, textarea, summary, "
    reachable += "input:not([type=hidden])').length"
    assert len(places) >= browser.evaluate(reachable)


def test_the_first_key_leads_past_the_menu(browser: Browser, home: str) -> None:
    browser.open(f"{home}/compose")
    browser.press("Tab")
    browser.press("Enter", "\r")
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.id") == "from"


def test_a_page_moves_with_its_mail_and_keeps_the_focus(
    browser: Browser, home: str, world: World, filled: list[str]
) -> None:
    browser.open(home)
    browser.evaluate("document.querySelector('.main').focus()")
    focused = browser.evaluate("document.activeElement.id")
    mail = send(world, "moving")
    link = f"document.getElementById('mail-{mail}')"
    browser.until(lambda: browser.evaluate(f"{link} !== null"))
    outcome = f"{link}.closest('li').querySelector('.outcome').textContent"
    browser.until(lambda: browser.evaluate(outcome) == "imported")
    assert browser.evaluate("document.activeElement.id") == focused != ""
    browser.until(lambda: browser.evaluate("moving.textContent") == "Nothing moves.")
    assert browser.errors() == []


def test_a_dropped_file_and_a_rule_go_in_by_their_forms(
    browser: Browser, home: str, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "dropped.eml"
    file.write_bytes(MAIL % (b"dropped", b"dropped"))
    browser.open(f"{home}/compose")
    document = browser.call("DOM.getDocument")["root"]["nodeId"]
    field = browser.call("DOM.querySelector", nodeId=document, selector="#file")["nodeId"]
    browser.call("DOM.setFileInputFiles", files=[str(file)], nodeId=field)
    submit(browser)
    assert browser.evaluate("document.querySelector('h1').textContent") == "dropped"
    browser.open(f"{home}/table/rule")
    browser.evaluate("recipient.value = 'new@example.com'; document.all.action.value = 'store'; 0")
    submit(browser)
    assert "new@example.com" in browser.evaluate("document.querySelector('table').textContent")
    assert browser.errors() == []


def test_a_fault_is_switched_on_and_off_by_its_button(
    browser: Browser, home: str, world: World
) -> None:
    for wanted in (True, False):
        browser.open(f"{home}/faults")
        submit(browser, "#turn-google-down")
        assert bool(world.mailbox.faults.pending()) == wanted
    assert browser.errors() == []


def submit(browser: Browser, button: str = "button") -> None:
    browser.events.clear()
    browser.evaluate(f"document.querySelector('{button}').click()")
    browser.loaded()


def test_no_hostile_mail_runs_a_script_or_reaches_anybody(
    browser: Browser, home: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This closes the browser: only then is its log of the network whole."""
    for name, raw in corpus():
        browser.open(f"{home}/message/{kept(world, raw)}")
        assert browser.ran() == [] and browser.errors() == [], (name, browser.errors())
        scroll_and_click(browser)
        assert browser.ran() == [], name
    # The sandbox and the policies alone, without what makes the HTML harmless.
    monkeypatch.setattr(message, "framed", lambda html: html)
    for name, raw in corpus():
        browser.open(f"{home}/message/{kept(world, raw.replace(b'evil', b'raw'))}")
        assert browser.ran() == [], name
    browser.call("Page.navigate", url=BEACON)
    browser.close()
    seen = hosts_in(browser.log)
    assert any("beacon.example" in each for each in seen)  # else the log would show nothing
    assert [each for each in seen if "evil" in each] == []


def kept(world: World, raw: bytes) -> str:
    return world.mailbox.store.put("eve@gmail.com", raw, ["INBOX"], {}, "multipart").id


def scroll_and_click(browser: Browser) -> None:
    """What a reader does: sees each frame, and clicks into it."""
    boxes = browser.evaluate(
        "[...document.querySelectorAll('iframe')].slice(0, 3).map((each) => {"
        "each.scrollIntoView(); const box = each.getBoundingClientRect();"
        "return [box.x + 20, box.y + 20]; })"
    )
    for x, y in boxes:
        for kind in ("mousePressed", "mouseReleased"):
            browser.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

"""Nobody but the page's own forms may change something, and each answer says what a browser may."""

from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from local_cloud.page.app import make_app
from local_cloud.page.guard import POLICY
from local_cloud.page.server import serving
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World
from local_cloud.tests.on_page import HOME, Visitor, running, visiting

RULE = {"recipient": "new@example.com", "action": "bounce", "target": "", "description": ""}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FRAME = LINK | {"Sec-Fetch-Dest": "iframe"}


@pytest.fixture(scope="module")
def world(deployed_moto: MotoProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(deployed_moto, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def visitor(world: World) -> Iterator[Visitor]:
    with visiting(world) as visitor:
        yield visitor


def changing(world: World) -> list[str]:
    app = make_app(world, frozenset())
    rules = [each for each in app.url_map.iter_rules() if "POST" in (each.methods or set())]
    return [str(each).replace("<name>", "pipe-stopped") for each in rules]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8025", "127.0.0.1", "127.0.0.1:8026", "localhost.:8025"]
)
def test_another_host_than_ours_reads_nothing(visitor: Visitor, host: str) -> None:
    answer = visitor.client.get("/compose", headers={"Host": host})
    assert answer.status_code == 421 and "<form" not in answer.text


def test_a_page_elsewhere_embeds_nothing_but_may_link(visitor: Visitor) -> None:
    assert visitor.get("/", **ELSEWHERE).status_code == 403
    assert visitor.get("/", **FRAME).status_code == 403
    assert visitor.get("/", **LINK).status_code == 200


def test_a_change_needs_our_origin_and_our_token(world: World, visitor: Visitor) -> None:
    refused = [
        visitor.post("/table/rule", origin="", **RULE),
        visitor.post("/table/rule", origin="null", **RULE),
        visitor.post("/table/rule", origin="http://evil.example", **RULE),
        visitor.post("/table/rule", origin=HOME.replace("http", "https"), **RULE),
        visitor.post("/table/rule", **RULE | {"token": ""}),
        visitor.post("/table/rule", **RULE | {"token": "ü" * 43}),
    ]
    assert [each.status_code for each in refused] == [403] * len(refused)
    assert "new@example.com" not in visitor.get("/table").text
    assert visitor.post("/table/rule", **RULE).status_code == 303
    assert "new@example.com" in visitor.get("/table").text


def test_no_change_of_any_kind_goes_without_a_token(world: World, visitor: Visitor) -> None:
    paths = changing(world)
    assert len(paths) >= 5
    for path in paths:
        assert visitor.post(path, token="guessed").status_code == 403, path
        assert visitor.get(path).status_code in (200, 404, 405), path


def test_a_port_that_is_taken_is_no_reason_to_have_no_page(world: World) -> None:
    with serving(world) as first, serving(world, int(first.rpartition(":")[2])) as second:
        assert second != first
        for address in (first, second):
            with urlopen(f"{address}/compose") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_known(visitor: Visitor, method: str) -> None:
    answer = visitor.client.open("/compose", method=method, base_url=HOME)
    assert answer.status_code in (405, 403)


def test_the_token_is_new_in_each_start(world: World, visitor: Visitor) -> None:
    with visiting(world) as another:
        assert visitor.token() != another.token()


def test_every_answer_has_a_policy_without_anything_inline(visitor: Visitor) -> None:
    for path in ("/", "/nothing", "/static/page.css", "/changes", "/mail/x/raw", "/faults"):
        headers = visitor.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
    parts = dict(each.partition(" ")[::2] for each in POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert {*parts.values()} == {"'none'", "'self'"}


def test_no_page_has_a_script_or_a_style_of_its_own(visitor: Visitor) -> None:
    for path in ("/", "/mailboxes", "/reports", "/held", "/queues", "/alarms", "/table", "/faults"):
        seen = visitor.see(path)
        scripts = [given for tag, given in seen.elements if tag == "script"]
        assert [each.get("src") for each in scripts] == ["/static/live.js"], path
        assert "style" not in {tag for tag, _ in seen.elements}
        assert seen.values("style") == []
        assert not [name for _, given in seen.elements for name in given if name.startswith("on")]

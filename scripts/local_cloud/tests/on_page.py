"""How the tests ask the page, and what they see of an answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local_cloud.deploy.seed import put_tokens
from local_cloud.page.app import make_app
from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.tests.functions import TOKEN

AUTHORITY = "127.0.0.1:8025"
HOME = f"http://{AUTHORITY}"
FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Seen(HTMLParser):
    """The elements and the text of a page, and the documents of its frames."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [value for _, given in self.elements if (value := given.get(name)) is not None]

    @property
    def frames(self) -> list[dict[str, str | None]]:
        return [given for tag, given in self.elements if tag == "iframe"]


@dataclass
class Visitor:
    """A browser at the page of a world."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=HOME, headers=self.headers | headers)

    def see(self, path: str) -> Seen:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return Seen(answer.text)

    def token(self) -> str:
        found = FORM_TOKEN.search(self.get("/compose").text)
        assert found is not None
        return found.group(1)

    def post(self, path: str, origin: str = HOME, **fields: Any) -> TestResponse:
        given = {"token": self.token(), **fields}
        headers = {"Origin": origin} if origin else {}
        return self.client.post(path, base_url=HOME, data=given, headers=headers)


@contextmanager
def running(deployed: MotoProcess, folder: Path) -> Iterator[World]:
    """A running copy of the deployed pipeline, with a token for each mailbox."""
    world = World(deployed.fork(), Settings(str(folder)))
    control = Control(world)
    world.start(control.url)
    put_tokens(world.cloud, world.mailbox.accounts, TOKEN)
    yield world
    world.stop()
    control.close()


@contextmanager
def visiting(world: World) -> Iterator[Visitor]:
    app = make_app(world, frozenset({AUTHORITY}))
    with app.test_client() as client:
        yield Visitor(client)

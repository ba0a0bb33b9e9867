"""A thin client of the control API, for the commands that ask a running world."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


class Unreachable(RuntimeError):
    """No world answers, or it refuses; the message is for people."""


class Client:
    """The control API of one world."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    @classmethod
    def find(cls, work: Path, given: str | None) -> "Client":
        """The client for the URL given, for LOCAL_CLOUD_CONTROL, or for the work folder's ready
        file.
        """
        url = given or os.environ.get("LOCAL_CLOUD_CONTROL")
        if url:
            return cls(url)
        try:
            return cls(json.loads((work / "ready.json").read_text())["control"])
        except (OSError, ValueError):
            raise Unreachable("no world is up here; start one with: local-cloud up") from None

    def get(self, route: str, timeout_seconds: float = 330.0) -> Any:
        return self._ask(Request(f"{self.url}/control/{route}"), timeout_seconds)

    def post(self, route: str, body: Any = None, timeout_seconds: float = 120.0) -> Any:
        data = json.dumps(body or {}).encode()
        return self._ask(Request(f"{self.url}/control/{route}", data=data), timeout_seconds)

    def delete(self, route: str) -> Any:
        return self._ask(Request(f"{self.url}/control/{route}", method="DELETE"), 30.0)

    def raw(self, route: str) -> bytes:
        with urlopen(f"{self.url}/control/{route}", timeout=60) as response:
            content: bytes = response.read()
            return content

    def _ask(self, request: Request, timeout_seconds: float) -> Any:
        try:
            with urlopen(request, timeout=timeout_seconds) as response:
                return json.load(response)
        except HTTPError as error:
            try:
                said = json.load(error).get("error", error.reason)
            except ValueError:
                said = error.reason
            raise Unreachable(str(said)) from None
        except (URLError, OSError) as error:
            raise Unreachable(f"{self.url} does not answer: {error}") from None

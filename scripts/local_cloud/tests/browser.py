"""Headless Chromium, driven through a pipe by its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WAIT_SECONDS = 60.0
# The browser's own business with its makers is no part of the test.
QUIET = (
    *("--headless=new", "--no-first-run", "--no-default-browser-check", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-default-apps", "--disable-extensions", "--disable-domain-reliability"),
    *("--disable-features=OptimizationHints,MediaRouter", "--disable-dev-shm-usage"),
    *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server"),
)
TO_DESCRIPTORS = 'exec "${@:3}" 3<&"$1" 4>&"$2"'  # where Chromium looks for the pipe
ERRORS = ("error", "assert")


class Browser:
    """One browser with one tab. Whatever its frames say is kept too."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "net-log.json"
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        options = [*QUIET, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={self.log}"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium's own does not work for root
        with (folder / "chromium.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *("bash", "-c", TO_DESCRIPTORS, "bash", str(theirs_in), str(theirs_out)),
                    *("chromium", "--remote-debugging-pipe", *options, "about:blank"),
                ],
                pass_fds=[theirs_in, theirs_out],
                stderr=log,
                stdout=log,
            )
        os.close(theirs_in)
        os.close(theirs_out)
        self._unread = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.tab: str = attached["sessionId"]
        self._listen(self.tab)

    def _listen(self, session: str) -> None:
        for domain in ("Runtime", "Log", "Network", "Page"):
            self._send(f"{domain}.enable", {}, session)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self._send("Target.setAutoAttach", attach, session)

    def close(self) -> None:
        """Ends the browser, which then finishes its log of the network."""
        self._send("Browser.close", {}, None)
        self._process.wait(WAIT_SECONDS)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(WAIT_SECONDS)

    def call(self, method: str, **params: Any) -> Any:
        session = getattr(self, "tab", None)
        number = self._send(method, params, session if is_of_tab(method) else None)
        while True:
            message = self._receive()
            if message.get("id") == number:
                assert "error" not in message, (method, message)
                return message["result"]
            self._note(message)

    def until(self, condition: Callable[[], Any]) -> Any:
        """Waits until the condition holds; it is asked again after each event, and now and then."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            if value := condition():
                return value
            if self._is_readable(0.2):
                self._note(self._receive())
        raise AssertionError(f"it did not happen; the page is {self.evaluate('location.href')}")

    def _send(self, method: str, params: dict[str, Any], session: str | None) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._number

    def _is_readable(self, seconds: float) -> bool:
        return b"\0" in self._unread or bool(select.select([self._in], [], [], seconds)[0])

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            assert self._is_readable(WAIT_SECONDS), "the browser does not answer"
            read = os.read(self._in, 1 << 20)
            assert read, "the browser has ended"
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Target.attachedToTarget":
            self._listen(message["params"]["sessionId"])
        if "method" in message:
            self.events.append(message)

    def open(self, url: str) -> None:
        """Goes to a page, and waits until it and its frames are loaded."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.loaded()

    def loaded(self) -> None:
        self.until(lambda: any(each["method"] == "Page.loadEventFired" for each in self.of_tab()))

    def of_tab(self) -> list[dict[str, Any]]:
        return [each for each in self.events if each.get("sessionId") == self.tab]

    def evaluate(self, expression: str) -> Any:
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, text: str = "", shift: bool = False) -> None:
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        given = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0), "modifiers": 8 * shift}
        down = given | ({"text": text} if text else {})
        self.call("Input.dispatchKeyEvent", type="keyDown", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    def show(self, width: int, height: int, dark: bool = False) -> None:
        """The size of the screen, and whether the person wants it dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def errors(self) -> list[str]:
        """What the console of the page and of its frames has, of errors."""
        found = []
        for each in self.events:
            params = each["params"]
            match each["method"]:
                case "Runtime.exceptionThrown":
                    found.append(str(params["exceptionDetails"]))
                case "Runtime.consoleAPICalled" if params["type"] in ERRORS:
                    found.append(str(params["args"]))
                case "Log.entryAdded" if params["entry"]["level"] == "error":
                    found.append(str(params["entry"]["text"]))
        return found

    def ran(self) -> list[str]:
        """What shows that a script of a mail has run: its marks, and frames that went elsewhere."""
        tree = self.call("DOM.getDocument", depth=-1, pierce=True)
        frames = self.call("Page.getFrameTree")["frameTree"].get("childFrames", [])
        found = [url for each in frames if (url := each["frame"]["url"]) != "about:srcdoc"]
        if '"data-owned"' in json.dumps(tree):
            found.append("an element that a script has marked")
        if self.evaluate("document.title") == "owned":
            found.append("a title that a script has set")
        return found


def is_of_tab(method: str) -> bool:
    return not method.startswith(("Target.", "Browser."))


def hosts_in(log: Path) -> set[str]:
    """All that the browser has asked of the network, as its own log of it says."""
    found = json.loads(log.read_text())
    params = [each["params"] for each in found["events"] if isinstance(each.get("params"), dict)]
    urls = [each[name] for each in params for name in ("url", "host", "location") if name in each]
    return {str(each) for each in urls}

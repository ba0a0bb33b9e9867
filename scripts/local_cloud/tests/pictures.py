"""The pictures of the page in docs/page, taken from a `make local` that has just been started.

Run it in scripts/: `../.venv/bin/python -m local_cloud.tests.pictures`. It sends the demo's mails.
"""

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from local_cloud import ROOT
from local_cloud.command.client import Client
from local_cloud.demo.cases import FAMILY, MY, RULES, TOGETHER, Case
from local_cloud.process.up import DEFAULT_WORK
from local_cloud.tests.browser import Browser

FOLDER = ROOT / "docs" / "page"
SCREEN, PHONE = (1000, 720), (390, 800)
PARENTS = {"recipient": "parents@example.com", "action": "forward-to-gmail", "target": FAMILY}
INVOICES = {"recipient": "invoices@example.com", "action": "forward-to-gmail", "target": MY}
ALARM = "ses-mail-gmail-token-invalid"
SETTLE_SECONDS = 120
NEEDING_COMMANDS = ("ended address", "blocked sender", "allowed sender")


def main() -> None:
    client = Client.find(DEFAULT_WORK, None)
    home = json.loads((DEFAULT_WORK / "ready.json").read_text())["page"]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(Path(folder))
        try:
            fill(client)
            take(browser, home, client)
            take_fault(browser, home, client)
        finally:
            browser.end()


def fill(client: Client) -> None:
    for rule in RULES:
        client.post("rules", vars(rule))
    for given in (PARENTS, INVOICES):
        client.post("rules", given)
    for case in TOGETHER:
        if case.sample and case.title not in NEEDING_COMMANDS:
            send(client, case)
    client.get(f"status?settled=1&timeout={SETTLE_SECONDS}")


def send(client: Client, case: Case, head: bytes = b"") -> None:
    client.post(
        "send",
        {
            "rawBase64": base64.b64encode(head + case.raw()).decode(),
            "from": case.sender,
            "to": list(case.expected),
            "verdicts": case.verdicts,
        },
    )


def take(browser: Browser, home: str, client: Client) -> None:
    mails: list[dict[str, Any]] = client.get("status")["mails"]
    bounced = next(each for each in mails if "bounced" in outcomes(each))
    report = next(each["sesMessageId"] for each in bounced["recipients"] if "sesMessageId" in each)
    picture(browser, "inbox", f"{home}/mailbox/{MY}")
    picture(browser, "spam", f"{home}/mailbox/{MY}?label=SPAM")
    picture(browser, "timeline", f"{home}/mail/{bounced['messageId']}")
    picture(browser, "dark", f"{home}/report/{report}", dark=True)
    picture(browser, "narrow", home, PHONE)


def outcomes(mail: dict[str, Any]) -> list[str]:
    return [each["outcome"] for each in mail["recipients"]]


def take_fault(browser: Browser, home: str, client: Client) -> None:
    """The tokens are revoked, a mail comes, and some time later the alarm rings."""
    press(browser, f"{home}/faults", "#turn-token-revoked")
    send(client, TOGETHER[0], b"X-Sent: again\r\n")
    press(browser, f"{home}/faults", ".inline button")
    browser.until(lambda: ALARM in ringing(client))
    picture(browser, "fault", f"{home}/faults#token-revoked", (SCREEN[0], 900))
    press(browser, f"{home}/faults", "#turn-token-revoked")


def ringing(client: Client) -> str:
    alarms = client.get("alarms")["alarms"]
    return " ".join(each["name"] for each in alarms if each["state"] == "ALARM")


def press(browser: Browser, url: str, button: str) -> None:
    browser.open(url)
    browser.events.clear()
    browser.evaluate(f"document.querySelector('{button}').click()")
    browser.loaded()


def picture(
    browser: Browser, name: str, url: str, size: tuple[int, int] = SCREEN, dark: bool = False
) -> None:
    browser.show(*size, dark)
    browser.open("about:blank")  # else a place on the same page is no new page
    browser.open(url)
    (FOLDER / f"{name}.png").write_bytes(browser.picture())


if __name__ == "__main__":
    main()

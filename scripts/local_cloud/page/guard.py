"""Who may ask the page for something, and the headers of each of its answers.

A page elsewhere in the same browser must neither read an answer nor change anything: the host that
a request names is checked against DNS rebinding, and a change needs our origin and the token of
our own forms.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import hmac
import secrets

from flask import Flask, Response, abort, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer a form of ours would name no origin
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
}
READS = ("GET", "HEAD")


class Guard:
    """The checks of one page, by the authorities (host and port) under which it is served."""

    def __init__(self, authorities: frozenset[str]) -> None:
        self._authorities = authorities
        self.token = secrets.token_urlsafe(32)

    def install(self, app: Flask) -> None:
        app.before_request(self.check)
        app.after_request(finish)
        app.context_processor(lambda: {"form_token": self.token})

    def check(self) -> None:
        authority = request.headers.get("Host", "")
        if authority not in self._authorities:
            abort(421, "This page is served under another name.")
        if is_from_elsewhere():
            abort(403, "Another page has made this request.")
        if request.method in READS:
            return
        if request.method != "POST":
            abort(405)
        if request.headers.get("Origin") != f"http://{authority}":
            abort(403, "A change must come from this page.")
        if not hmac.compare_digest(request.form.get("token", "").encode(), self.token.encode()):
            abort(403, "The form is of an earlier start: load the page anew, and send it again.")


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site asks; a link that a person follows may."""
    if request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return False
    is_link = request.headers.get("Sec-Fetch-Mode") == "navigate"
    is_whole = request.headers.get("Sec-Fetch-Dest") == "document"
    return not (is_link and is_whole and request.method in READS)


def finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response

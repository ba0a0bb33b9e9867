"""What exactly came over the wire? The request before anybody has decoded anything."""

from dataclasses import dataclass
from typing import Any

NAMED_APART = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


@dataclass(frozen=True)
class RawRequest:
    method: str
    path: str  # as sent, still percent-encoded
    query: str  # as sent
    headers: dict[str, str]  # names in lower case
    body: bytes

    @classmethod
    def from_wsgi(cls, environ: dict[str, Any], body: bytes) -> "RawRequest":
        target: str = environ.get("RAW_URI") or environ["REQUEST_URI"]
        if target.startswith("http://"):
            target = "/" + target.split("/", 3)[3]
        path, _, query = target.partition("?")
        headers = {
            name[5:].lower().replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers.update(
            {name: environ[key] for key, name in NAMED_APART.items() if environ.get(key)}
        )
        return cls(environ["REQUEST_METHOD"], path, query, headers, body)

    @property
    def credential(self) -> tuple[str, str, str, str] | None:
        """(access key, date, region, service) of the Authorization header."""
        for part in self.headers.get("authorization", "").replace(",", " ").split():
            if part.startswith("Credential="):
                pieces = part[len("Credential=") :].split("/")
                if len(pieces) == 5:
                    return pieces[0], pieces[1], pieces[2], pieces[3]
        return None

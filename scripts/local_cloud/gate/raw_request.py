"""The request exactly as it came over the wire, before anything is decoded."""

from dataclasses import dataclass

from local_cloud.connection.exchange import Asked


@dataclass(frozen=True)
class RawRequest:
    """Method, path, query, headers and body as they were sent."""

    method: str
    path: str  # as sent, still percent-encoded
    query: str  # as sent
    headers: dict[str, str]  # names in lower case
    body: bytes

    @classmethod
    def of(cls, asked: Asked) -> "RawRequest":
        headers: dict[str, str] = {}
        for name, value in asked.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        return cls(asked.method, asked.path, asked.query, headers, asked.read())

    @property
    def credential(self) -> tuple[str, str, str, str] | None:
        """Access key, date, region and service of the Authorization header."""
        for part in self.headers.get("authorization", "").replace(",", " ").split():
            if part.startswith("Credential="):
                pieces = part[len("Credential=") :].split("/")
                if len(pieces) == 5:
                    return pieces[0], pieces[1], pieces[2], pieces[3]
        return None

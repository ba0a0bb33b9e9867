"""The outcome of one invocation."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """`error` is None for success, else AWS's word for it (`Unhandled`)."""

    request_id: str
    body: bytes
    error: str | None
    error_type: str | None
    started_at: float
    seconds: float
    access_key_id: str
    log_tail: bytes = b""

    @property
    def is_success(self) -> bool:
        return self.error is None

    @property
    def message(self) -> str:
        """The error in one line, for people."""
        try:
            value = json.loads(self.body)
            return f"{value.get('errorType', self.error_type)}: {value.get('errorMessage', '')}"
        except (ValueError, AttributeError):
            return self.body[:200].decode(errors="replace")


def error_body(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()

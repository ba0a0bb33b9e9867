"""The bytes of a message or a part, to be saved: a browser never shows them itself."""

import re

from flask import Response


def downloaded(content: bytes, name: str) -> Response:
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", name)
    answer = Response(content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return answer

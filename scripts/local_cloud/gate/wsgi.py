"""The request that moto's WSGI application gets, and its answer with the whole body.

https://peps.python.org/pep-3333/
"""

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from local_cloud.gate.answer import Answer
from local_cloud.gate.raw_request import RawRequest

Application = Callable[..., Iterable[bytes]]
OF_THE_TRANSFER = ("content-length", "transfer-encoding")


def ask(application: Application, request: RawRequest) -> Answer:
    started: list[Any] = []

    def start(*given: Any) -> None:
        started[:] = given

    parts = application(environ(request), start)
    try:
        content = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return int(started[0].split()[0]), dict(started[1]), content


def environ(request: RawRequest) -> dict[str, Any]:
    target = f"{request.path}?{request.query}" if request.query else request.path
    host, _, port = request.headers.get("host", "").partition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path).encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if name not in OF_THE_TRANSFER:
            found[key if name == "content-type" else f"HTTP_{key}"] = value
    return found

"""The page's server: Flask behind a loopback port, with a thread for each request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local_cloud.connection.addresses import LOOPBACK
from local_cloud.page.app import make_app
from local_cloud.process.world import World

PORT = 8025
ANY_PORT = 0


class Quiet(WSGIRequestHandler):
    """A handler that writes no line about a request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return


@contextmanager
def serving(world: World, port: int = ANY_PORT) -> Iterator[str]:
    """The page's address, while the page is served."""
    server = listening(port)
    authorities = frozenset(f"{host}:{server.port}" for host in (LOOPBACK, "localhost"))
    server.app = make_app(world, authorities)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{server.port}"
    finally:
        server.shutdown()
        server.server_close()


def listening(port: int) -> BaseWSGIServer:
    """A server on this port or, where it is taken, on any other."""
    try:
        return make_server(LOOPBACK, port, empty, threaded=True, request_handler=Quiet)
    except (OSError, SystemExit):
        if port == ANY_PORT:
            raise
        return listening(ANY_PORT)


def empty(_: Any, start_response: Any) -> list[bytes]:
    """The application until the port is known."""
    start_response("503 Service Unavailable", [])
    return []

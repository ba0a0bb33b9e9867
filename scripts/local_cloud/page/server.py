"""The page's server: Flask behind a loopback port, with a thread for each request."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from local_cloud.connection.addresses import LOOPBACK, listen
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
    listener = listening(port)
    port = listener.getsockname()[1]
    authorities = frozenset(f"{host}:{port}" for host in (LOOPBACK, "localhost"))
    server = make_server(
        LOOPBACK,
        port,
        make_app(world, authorities),
        threaded=True,
        request_handler=Quiet,
        fd=listener.fileno(),
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.shutdown()
        server.server_close()
        listener.close()


def listening(port: int) -> socket.socket:
    """A listener on this port or, where it is taken, on any other."""
    try:
        return listen([LOOPBACK], port)[0]
    except OSError:
        if port == ANY_PORT:
            raise
        return listening(ANY_PORT)

"""The process that is the emulated AWS: moto with our additions, behind the door.

It ends when its standard input ends, so it never outlives whoever started it. A fork is a second
such process with a copy of all state, made while the lock is held: no other thread is inside moto.
"""

import argparse
import json
import logging
import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")
os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
# Objects stay in memory: a spool file would be shared between the copies of a fork.
os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", str(1 << 30))

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from local_cloud import additions
from local_cloud.activity import ACTIVITY
from local_cloud.additions import automation
from local_cloud.gate.call_record import RECORD
from local_cloud.gate.door import Door
from local_cloud.local_routes import LocalRoutes

FIRST_FREE_DESCRIPTOR = 3


class Handler(WSGIRequestHandler):
    """Keeps connections alive, tells the world's time, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(ACTIVITY.clock.now() if timestamp is None else timestamp)

    def log_request(self, *_: Any) -> None:
        return

    def connection_dropped(self, *_: Any) -> None:
        """By the peer, or by us in bad weather: then without an answer."""
        self.close_connection = True


def listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def serve(listener: socket.socket, door: Door) -> None:
    port = listener.getsockname()[1]
    os.environ["MOTO_PORT"] = str(port)
    threading.Thread(target=end_with_input, daemon=True).start()
    server = make_server(
        "127.0.0.1", port, door, threaded=True, request_handler=Handler, fd=listener.fileno()
    )
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.serve_forever(poll_interval=3600)


def end_with_input() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def fork(door: Door, clock_file: Path) -> dict[str, Any]:
    """In the parent: where the copy listens. The child never returns from here."""
    listener = listen(0)
    port = listener.getsockname()[1]
    file = clock_file.with_name(f"clock-{port}")
    ACTIVITY.clock.publish_in(file)  # before anybody hears of the copy
    process_id = os.fork()
    if process_id:
        ACTIVITY.clock.publish_in(clock_file)
        listener.close()
        return {"port": port, "pid": process_id, "clock": str(file)}
    try:
        ACTIVITY.renew()
        automation.begin_again()
        door.host_url = None
        keep = {listener.fileno()}
        for descriptor in range(FIRST_FREE_DESCRIPTOR, 1024):
            if descriptor not in keep:
                try:
                    os.close(descriptor)
                except OSError:
                    continue
        serve(listener, door)
    finally:
        os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--record-folder", type=Path)
    parser.add_argument("--clock-file", type=Path, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forked copies leave no zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for our parent
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    additions.install()
    RECORD.folder = options.record_folder
    ACTIVITY.clock.set_scale(options.time_scale)
    ACTIVITY.clock.publish_in(options.clock_file)
    routes = LocalRoutes(lambda: fork(door, options.clock_file))
    door = Door(DomainDispatcherApplication(create_backend_app), routes)
    routes.door = door
    listener = listen(options.port)
    ready = {"port": listener.getsockname()[1], "pid": os.getpid()}
    partial = options.ready_file.with_suffix(".partial")
    partial.write_text(json.dumps(ready))
    partial.rename(options.ready_file)
    serve(listener, door)


if __name__ == "__main__":
    main()

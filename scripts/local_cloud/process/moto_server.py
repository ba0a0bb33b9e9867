"""The process that is the emulated AWS: moto with our additions, behind the door.

It ends when its standard input ends, so it never outlives whoever started it. A fork is a second
such process with a copy of all state, made while the lock is held: no other thread is inside moto.
"""

import argparse
import logging
import os
import signal
import socket
import ssl
import traceback
from email.utils import formatdate
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

from local_cloud import additions
from local_cloud.additions import automation
from local_cloud.clock.activity import ACTIVITY
from local_cloud.connection import addresses
from local_cloud.connection.authority import HANDSHAKE, Authority
from local_cloud.connection.exchange import Answer, Asked, ConnectionDropped
from local_cloud.connection.loopback import LoopbackServer
from local_cloud.connection.traffic import Traffic
from local_cloud.gate.door import Door
from local_cloud.process.local_routes import LocalRoutes
from local_cloud.rights.call_record import RECORD
from local_cloud.weather.trouble import AnswerLost

FIRST_FREE_DESCRIPTOR = 3
ADDRESSES = [addresses.CLOUD, *addresses.SERVICES.values()]


def serve(listeners: list[socket.socket], routes: LocalRoutes, context: ssl.SSLContext) -> None:
    """Serves until standard input ends."""
    os.environ["MOTO_PORT"] = str(port_of(listeners))
    routes.traffic = Traffic()
    with ACTIVITY.condition:  # requests come in at once, and some are about the server
        routes.server = LoopbackServer(
            lambda asked: answer(routes.door, asked), listeners, context, routes.traffic
        )
    while os.read(0, 1024):
        pass
    os._exit(0)


def answer(door: Door, asked: Asked) -> Answer:
    """The door's answer with the world's time, unless it is lost on its way."""
    try:
        status, headers, body = door(asked)
    except AnswerLost:
        raise ConnectionDropped from None
    except Exception:
        traceback.print_exc()
        status, headers, body = 500, {}, b""
    told = {name.lower(): value for name, value in headers.items()}
    if asked.method != "HEAD":
        told.pop("content-length", None)  # the server counts what it sends
    return Answer(status, body, {"date": formatdate(ACTIVITY.clock.now(), usegmt=True), **told})


def port_of(listeners: list[socket.socket]) -> int:
    port: int = listeners[0].getsockname()[1]
    return port


def fork(routes: LocalRoutes, clock_file: Path, context: ssl.SSLContext) -> dict[str, Any]:
    """Returns in the parent, with the address of the copy. The child never returns from here."""
    listeners = addresses.listen(ADDRESSES)
    port = port_of(listeners)
    file = clock_file.with_name(f"clock-{port}")
    ACTIVITY.clock.publish_in(file)  # before anybody knows of the copy
    with HANDSHAKE:
        process_id = os.fork()
    if process_id:
        ACTIVITY.clock.publish_in(clock_file)
        for each in listeners:
            each.close()
        return {"port": port, "pid": process_id, "clock": str(file)}
    try:
        ACTIVITY.renew()
        automation.begin_again()
        routes.door.host_url = None
        routes.server = None  # its sockets end before their descriptors are closed, and used again
        keep = {each.fileno() for each in listeners}
        for descriptor in range(FIRST_FREE_DESCRIPTOR, 1024):
            if descriptor not in keep:
                try:
                    os.close(descriptor)
                except OSError:
                    continue
        serve(listeners, routes, context)
    finally:
        os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--ready-descriptor", type=int, required=True)
    parser.add_argument("--record-folder", type=Path)
    parser.add_argument("--clock-file", type=Path, required=True)
    parser.add_argument("--tls-folder", type=Path, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forked copies leave no zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for our parent
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    additions.install()
    RECORD.folder = options.record_folder
    ACTIVITY.clock.set_scale(options.time_scale)
    ACTIVITY.clock.publish_in(options.clock_file)
    context = Authority(options.tls_folder).server_context()
    routes = LocalRoutes(
        DomainDispatcherApplication(create_backend_app),
        lambda: fork(routes, options.clock_file, context),
    )
    listeners = addresses.listen(ADDRESSES, options.port)
    with os.fdopen(options.ready_descriptor, "w") as ready:
        ready.write(f"{port_of(listeners)}\n")
    serve(listeners, routes, context)


if __name__ == "__main__":
    main()

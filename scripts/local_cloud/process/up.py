"""How a world comes up and ends: moto, apply, everything beside it, then the wait for the end."""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from local_cloud import ROOT
from local_cloud.deploy.seed import put_tokens, token_parameter
from local_cloud.page import server as page
from local_cloud.process.control import Control
from local_cloud.process.deployed import deployed
from local_cloud.process.forked_world import end_with_input
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World
from local_cloud.rights import operator_policy
from local_cloud.smtp.servers import USUAL_PORTS
from local_cloud.weather.forecast import Forecast

DEFAULT_WORK = ROOT / "build" / "local-cloud"
DEFAULT_PACKAGES = ROOT / "build"
STARTED = time.monotonic()


class CannotComeUp(RuntimeError):
    """Something that is needed is missing or in use."""


@dataclass(frozen=True)
class Options:
    """The options of `up` and `demo`."""

    port: int = 4566
    time_scale: float = 1.0
    work: Path = DEFAULT_WORK
    package_dir: Path = DEFAULT_PACKAGES
    ready_file: Path | None = None
    ends_with_input: bool = False
    weather: int | None = None  # its seed
    variables: dict[str, str] = field(default_factory=dict)  # of the environment
    page_port: int = page.ANY_PORT
    is_anew: bool = False  # applied, even where what is kept would serve


def say(text: str) -> None:
    """Says it, with the seconds since the start."""
    passed = time.monotonic() - STARTED
    print(f"local-cloud {passed:3.0f} s: {text}", file=sys.stderr, flush=True)


@contextmanager
def running(options: Options) -> Iterator[World]:
    """A world with everything applied and seeded; taken down on the way out."""
    options.work.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        undo.enter_context(alone_in(options.work))
        for left_over in options.work.glob("terraform.tfstate*"):
            left_over.unlink()  # it describes a moto that is gone

        def start() -> MotoProcess:
            moto = MotoProcess.start(options.work, options.port, options.time_scale)
            undo.callback(moto.stop)
            return moto

        work, packages = options.work, options.package_dir
        terraform = deployed(start, work, packages, options.variables, options.is_anew, say)
        moto = terraform.moto
        say(f"AWS answers at {moto.endpoint}")
        ports = USUAL_PORTS if options.port else None
        world = World(moto, Settings(str(options.work), options.time_scale), ports)
        undo.callback(world.stop)
        control = Control(world)
        undo.callback(control.close)
        world.start(control.url)
        seed(world)
        operator_policy.admit(world.cloud, terraform.output("operator_policy"), options.work)
        if options.weather is not None:
            moto.ask("weather", Forecast(options.weather).json())
        yield world


def seed(world: World) -> None:
    parameter = token_parameter(world.runner.functions)
    if parameter is None:
        world.complain("no token was written: no function has GMAIL_TOKEN_PARAMETER")
    else:
        put_tokens(world.cloud, world.mailbox.accounts, parameter)
    world.inbound.send_setup_notifications()


@contextmanager
def alone_in(work: Path) -> Iterator[None]:
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotComeUp(f"another local-cloud works in {work}") from None
        yield


def up(options: Options) -> None:
    """Runs until SIGINT, SIGTERM, `POST /control/stop` or, when asked for, the end of input."""
    early = threading.Event()
    handle_signals(early)
    with running(options) as world, page.serving(world, options.page_port) as address:
        if early.is_set():
            world.stopped.set()
        handle_signals(world.stopped)
        if options.ends_with_input:
            threading.Thread(target=end_with_input, args=(world.stopped,), daemon=True).start()
        ready = json.dumps(world.describe() | {"page": address}, indent=2) + "\n"
        for path in {options.work / "ready.json", options.ready_file} - {None}:
            assert path is not None
            partial = path.with_name(path.name + ".partial")
            partial.write_text(ready)
            partial.rename(path)
        say(f"ready; control API at {world.control_url}")
        say(world.smtp.described())
        say(f"mailboxes, reports, queues, alarms and faults in a browser: {address}")
        say(f"for ses-mail and aws: export AWS_CA_BUNDLE={world.moto.authority.certificate}")
        world.stopped.wait()
        say("ending")
    with suppress(OSError):
        (options.work / "ready.json").unlink()
    os._exit(0)  # threads that are left have nothing to do


def handle_signals(event: threading.Event) -> None:
    def handle(_: int, __: FrameType | None) -> None:
        if event.is_set():
            raise SystemExit(130)  # told twice
        event.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)

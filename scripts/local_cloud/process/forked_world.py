"""The process of a copied world, which ends when its standard input ends."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from local_cloud.connection.authority import Authority
from local_cloud.process.control import Control
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import Settings, World


def main() -> None:
    """Runs a forked world: configuration in the argument, readiness on standard output."""
    config = json.loads(sys.argv[1])
    settings = Settings(**{**config["settings"], "accounts": tuple(config["settings"]["accounts"])})
    authority = Authority(Path(config["tls"]))
    moto = MotoProcess(config["port"], config["pid"], Path(config["clock"]), authority)
    world = World(moto, settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: world.stopped.set())
    control = Control(world)
    world.start(control.url)
    threading.Thread(target=end_with_input, args=(world.stopped,), daemon=True).start()
    print(json.dumps(world.describe()), flush=True)
    world.stopped.wait()
    world.stop()
    control.close()
    os._exit(0)


def end_with_input(stopped: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stopped.set()


if __name__ == "__main__":
    main()

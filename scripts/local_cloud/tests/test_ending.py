"""Everything ends with the process that started it."""

import os
import select
from pathlib import Path
from urllib.request import urlopen

from local_cloud.host.function import Function
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.world import World

PATIENCE_SECONDS = 30.0


def is_gone(process_id: int) -> bool:
    try:
        process = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(process)


def test_moto_and_its_forks_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    moto = MotoProcess.start(tmp_path, 0, 1.0)
    copy = moto.fork()
    moto.stop()
    assert is_gone(moto.process_id) and is_gone(copy.process_id)


def test_a_forked_world_ends_when_its_parent_lets_go(world: World) -> None:
    copy = world.fork()
    world.release(copy["control"])
    assert is_gone(copy["pid"]) and is_gone(copy["motoPid"])


def test_stop_ends_functions_and_forks(world: World) -> None:
    copy = world.fork()
    function: Function = world.runner.functions["bouncer"]
    function.invoke(b'{"Records":[]}')
    processes = function.process_ids()
    world.stop()
    assert processes and all(is_gone(each) for each in [*processes, copy["pid"]])


def test_a_world_can_be_asked_to_stop(world: World) -> None:
    with urlopen(f"{world.control_url}/control/stop", data=b"{}") as response:
        assert response.status == 200
    assert world.stopped.wait(PATIENCE_SECONDS)

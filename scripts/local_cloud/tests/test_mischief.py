"""A fault strikes at its own boundary of a request: the effect is there, or it is not."""

import errno
import os
import socket
import subprocess
import sys
from http.client import IncompleteRead
from pathlib import Path

import pytest

from local_cloud.clock.world_clock import PublishedClock, WorldClock
from local_cloud.connection.addresses import SERVICES, listen
from local_cloud.host.conditions import Conditions
from local_cloud.host.connection_owner import owner_of
from local_cloud.mailbox.faults import Fault
from local_cloud.process.moto_process import MotoProcess
from local_cloud.tests.google import BROKEN, ME, Google

IS_ROOT = os.geteuid() == 0


@pytest.mark.parametrize(
    ("kind", "stored"), [("reset-body", 0), ("reset-read", 0), ("reset-after", 1)]
)
def test_a_reset_comes_before_the_effect_or_after_it(
    google: Google, kind: str, stored: int
) -> None:
    google.mailbox.faults.add(Fault(kind, "import", after_bytes=10))
    with pytest.raises(BROKEN):
        google.send()
    assert len(google.mailbox.store.messages()) == stored
    assert google.send()[0] == 200


def test_half_an_answer_follows_the_effect(google: Google) -> None:
    google.mailbox.faults.add(Fault("half", "import"))
    with pytest.raises(IncompleteRead):
        google.send()
    assert len(google.mailbox.store.messages()) == 1
    google.mailbox.faults.add(Fault("half", "token"))
    with pytest.raises(IncompleteRead):
        google.refresh()


def test_a_slow_answer_arrives(google: Google) -> None:
    google.mailbox.faults.add(Fault("slow", "import", hold_seconds=0.05))
    assert google.send()[0] == 200


def test_the_next_request_on_a_connection_is_reset_before_any_of_it_is_read(
    google: Google,
) -> None:
    google.mailbox.faults.add(Fault("reset-next", "token"))
    connection = google.connect()
    connection.request("POST", "/token", b"")
    assert connection.getresponse().read()
    with pytest.raises(BROKEN):
        connection.request("POST", "/token", b"")
        connection.getresponse()
    connection.close()
    assert google.refresh()[0] == 200


def test_every_third_request_is_struck_and_counted(google: Google) -> None:
    fault = Fault("status", "import", times=100, every=3)
    google.mailbox.faults.add(fault)
    assert [google.send()[0] for _ in range(6)] == [200, 200, 503, 200, 200, 503]
    google.mailbox.faults.end(fault)
    assert [google.send()[0] for _ in range(3)] == [200] * 3
    assert fault.struck == 2


@pytest.mark.parametrize(("kind", "stored"), [("kill", 0), ("kill-after", 1)])
def test_whoever_calls_is_killed(google: Google, kind: str, stored: int) -> None:
    killed: list[tuple[str, int]] = []
    google.mailbox._mischief._kill = killed.append
    google.mailbox.faults.add(Fault(kind, "import", after_bytes=10))
    with pytest.raises(BROKEN):
        google.send()
    assert len(killed) == 1 and len(google.mailbox.store.messages(ME)) == stored


def test_the_owner_of_a_connection_is_found_among_processes() -> None:
    (listening,) = listen(["127.0.0.1"])
    port = listening.getsockname()[1]
    code = f"import socket, sys; s = socket.create_connection(('127.0.0.1', {port})); s.recv(1)"
    with (
        subprocess.Popen([sys.executable, "-c", code]) as caller,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other,
    ):
        connection, peer = listening.accept()
        assert owner_of(peer, [other.pid, caller.pid]) == caller.pid
        assert owner_of(peer, [other.pid]) is None
        connection.close()
        assert other.stdin is not None
        other.stdin.close()
    listening.close()
    assert owner_of(peer, [caller.pid]) is None


def test_a_service_refuses_connections_for_a_while(moto: MotoProcess) -> None:
    def connect(service: str) -> int:
        with socket.socket() as made:
            return made.connect_ex((SERVICES[service], moto.port))

    moto.ask("refusing", {"services": ["dynamodb"]})
    assert (connect("dynamodb"), connect("s3")) == (errno.ECONNREFUSED, 0)
    moto.ask("refusing", {"services": []})
    assert connect("dynamodb") == 0


def test_the_functions_clock_can_differ_from_that_of_aws(tmp_path: Path) -> None:
    clock = WorldClock(real=lambda: 1000.0)
    published = PublishedClock(tmp_path / "clock", "none")
    clock.publish_in(published.path)
    clock.advance(50)
    clock.set_skew(-80)
    assert published.path.read_text() == "+50.000000\n"
    assert published.of_functions.path.read_text() == "-30.000000\n"
    clock.set_skew(0)
    assert published.of_functions.path.read_text() == "+50.000000\n"


def run_in(conditions: Conditions, script: str) -> str:
    """What a shell says in these conditions."""
    command = [*conditions.command("/bin/sh"), "-c", script]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.skipif(not IS_ROOT, reason="a disk of its own needs the rights of root")
def test_a_process_can_have_a_full_disk_of_its_own() -> None:
    script = "head -c 1 /dev/zero > /tmp/full-disk-test"
    assert "No space left on device" in run_in(Conditions(is_disk_full=True), script)
    assert not Path("/tmp/full-disk-test").exists()


def test_a_process_can_have_too_little_memory() -> None:
    script = f"{sys.executable} -c 'bytearray(200 << 20); print(1)'"
    assert run_in(Conditions(), script) == "1\n"
    assert "MemoryError" in run_in(Conditions(memory_bytes=100 << 20), script)

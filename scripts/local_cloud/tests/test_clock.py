"""Does the world's clock run as fast as told, and never back?"""

from local_cloud.clock import WorldClock


def test_the_clock_is_never_turned_back_by_a_change_of_speed() -> None:
    real = [1000.0]
    clock = WorldClock(10.0, lambda: real[0])
    real[0] += 5
    assert clock.now() == 1050.0
    clock.set_busy(True)
    real[0] += 5
    assert clock.now() == 1055.0
    clock.set_scale(100.0)
    clock.set_busy(False)
    real[0] += 1
    assert clock.now() == 1155.0
    clock.advance(45)
    assert clock.now() == 1200.0
    assert clock.real_seconds_until(1300.0) == 1.0

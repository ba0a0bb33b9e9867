"""A pipe can be stopped and changed."""

from local_cloud.process.world import World


def test_a_stopped_pipe_stays_stopped_until_it_is_started(world: World) -> None:
    pipes = world.cloud.client("pipes")
    pipe = pipes.describe_pipe(Name="route")
    assert pipe["CurrentState"] == "RUNNING"
    pipes.update_pipe(Name="route", RoleArn=pipe["RoleArn"], DesiredState="STOPPED")
    for _ in range(3):
        assert pipes.describe_pipe(Name="route")["CurrentState"] == "STOPPED"
    pipes.update_pipe(Name="route", RoleArn=pipe["RoleArn"], DesiredState="RUNNING")
    assert pipes.describe_pipe(Name="route")["CurrentState"] == "RUNNING"
    pipes.stop_pipe(Name="route")
    assert pipes.describe_pipe(Name="route")["CurrentState"] == "STOPPED"

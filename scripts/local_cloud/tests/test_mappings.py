"""A function's mappings are found by its name and by its ARN."""

from local_cloud.process.world import World
from local_cloud.tests.functions import LOCAL, queue_arn


def test_mappings_are_found_by_name_and_by_arn(world: World) -> None:
    functions = world.cloud.client("lambda")
    for name in ("gmail", f"arn:aws:lambda:{LOCAL}:function:gmail", f"{LOCAL}:function:gmail"):
        found = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        assert [each["EventSourceArn"] for each in found] == [queue_arn("gmail")]
    assert not functions.list_event_source_mappings(FunctionName="gm")["EventSourceMappings"]
    everything = functions.list_event_source_mappings()["EventSourceMappings"]
    assert len(everything) > 1

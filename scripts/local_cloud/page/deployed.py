"""What the deployed functions name: the table, the bucket, the environment, the log groups."""

from local_cloud.process.world import World

PREFIX = "emails/"


def variable(world: World, name: str) -> str | None:
    """A variable of the deployed functions."""
    for function in list(world.runner.functions.values()):
        value = function.config.get("Environment", {}).get("Variables", {}).get(name)
        if value:
            return str(value)
    return None


def bucket(world: World) -> str | None:
    return variable(world, "EMAIL_BUCKET")


def table(world: World) -> str | None:
    return variable(world, "DYNAMODB_TABLE_NAME")


def log_group(world: World, function: str) -> str | None:
    found = world.runner.functions.get(function)
    if found is None:
        return None
    return str(found.config.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function}"))

"""Lambda: event source mappings that the host polls, logging settings, and code to download.

Bug of moto: a mapping is polled in-process, which without containers spoils receive counts and
empties streams; a list of mappings compares a function's name and its ARN as text; LoggingConfig is
lost; and GetFunction names a location that does not exist.
"""

from typing import Any

from moto.awslambda import models
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from local_cloud.additions.patching import wrap
from local_cloud.clock.activity import ACTIVITY


def install() -> None:
    make_mappings_passive()
    find_mappings_by_any_name()
    keep_logging_config()

    @wrap(models.LambdaFunction, "get_code")
    def get_code(original: Any, function: Any) -> Any:
        answer = original(function)
        answer.setdefault("Code", {"RepositoryType": "S3"})
        answer["Code"]["Location"] = f"/_local/code/{function.region}/{function.function_name}"
        return answer


def make_mappings_passive() -> None:
    def forget(backend: Any) -> None:
        for queue in sqs_backends[backend.account_id][backend.region_name].queues.values():
            queue.lambda_event_source_mappings.clear()
        for table in dynamodb_backends[backend.account_id][backend.region_name].tables.values():
            table.lambda_event_source_mappings.clear()

    for name in ("create_event_source_mapping", "update_event_source_mapping"):

        @wrap(models.LambdaBackend, name)
        def passive(original: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
            mapping = original(backend, *arguments, **named)
            forget(backend)
            ACTIVITY.note_deployment()
            return mapping


def find_mappings_by_any_name() -> None:
    """A function may be named by its name or its ARN; moto compares the texts as they were given.

    https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
    """

    @wrap(models.LambdaBackend, "list_event_source_mappings")
    def list_mappings(original: Any, backend: Any, source_arn: Any, function_name: Any) -> Any:
        found = original(backend, source_arn, None)
        if not function_name:
            return found
        return [each for each in found if bare(each.function_name) == bare(function_name)]


def bare(function: str) -> str:
    return function.rpartition(":function:")[2].partition(":")[0]


def keep_logging_config() -> None:
    @wrap(models.LambdaFunction, "__init__")
    def initialise(original: Any, function: Any, *arguments: Any, **named: Any) -> None:
        original(function, *arguments, **named)
        spec = named["spec"] if "spec" in named else arguments[1]
        function.logging_config = spec.get("LoggingConfig")

    @wrap(models.LambdaFunction, "get_configuration")
    def get_configuration(original: Any, function: Any, *rest: Any, **named: Any) -> Any:
        answer = original(function, *rest, **named)
        config = dict(getattr(function, "logging_config", None) or {})
        config.setdefault("LogFormat", "Text")
        config.setdefault("LogGroup", f"/aws/lambda/{function.function_name}")
        if config["LogFormat"] == "JSON":
            config.setdefault("ApplicationLogLevel", "INFO")
            config.setdefault("SystemLogLevel", "INFO")
        answer["LoggingConfig"] = config
        return answer

    @wrap(models.LambdaFunction, "update_configuration")
    def update_configuration(original: Any, function: Any, updates: dict[str, Any]) -> Any:
        if "LoggingConfig" in updates:
            function.logging_config = updates["LoggingConfig"]
        return original(function, updates)


def code_bytes(region: str, name: str) -> bytes | None:
    from local_cloud import ACCOUNT

    function = models.lambda_backends[ACCOUNT][
        region
    ]._lambdas.get_function_by_name_or_arn_forbid_qualifier(name)
    return bytes(function.code_bytes)

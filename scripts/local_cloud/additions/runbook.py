"""Which document an execution of Automation runs, and with which values.

Feature: moto keeps documents, but does not check parameters. The error codes are AWS's; a message
is AWS's own only where it is known.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.ssm.models import ssm_backends

from local_cloud import ACCOUNT

REFERENCE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class DefinitionNotFound(JsonRESTError):  # type: ignore[misc]
    """There is no document of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "AutomationDefinitionNotFoundException", f"There is no runbook with the name {name}"
        )


class VersionNotFound(JsonRESTError):  # type: ignore[misc]
    """The document has no such version."""

    def __init__(self, name: str, version: str) -> None:
        super().__init__(
            "AutomationDefinitionVersionNotFoundException",
            f"The runbook {name} has no version {version}",
        )


class InvalidParameters(JsonRESTError):  # type: ignore[misc]
    """The given parameters do not fit the document's."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidAutomationExecutionParametersException", message)


@dataclass(frozen=True)
class Runbook:
    """A document of Automation in one version."""

    name: str
    version: str
    content: dict[str, Any]

    @classmethod
    def find(cls, region: str, name: str, version: str | None) -> "Runbook":
        """The document of this name or ARN, in its default version unless another is asked for."""
        name = name.rpartition(":document/")[2]
        documents = ssm_backends[ACCOUNT][region]._documents.get(name)
        if documents is None:
            raise DefinitionNotFound(name)
        wanted = None if version == "$DEFAULT" else version
        document = documents.find(wanted, strict=False)
        if document is None:
            raise VersionNotFound(name, str(version))
        if document.document_type != "Automation":
            raise DefinitionNotFound(name)
        return cls(name, str(document.document_version), dict(document.content_json))

    def steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content["mainSteps"]
        return found

    def outputs(self) -> list[str]:
        return [str(each) for each in self.content.get("outputs", [])]

    def role(self, values: dict[str, Any]) -> str | None:
        """The role that the document names, itself or by a parameter."""
        named = str(self.content.get("assumeRole") or "")
        return REFERENCE.sub(lambda found: str(values.get(found.group(1), "")), named) or None

    def values(self, given: dict[str, list[str]]) -> dict[str, Any]:
        """The values of all parameters, each in its type."""
        declared: dict[str, Any] = self.content.get("parameters") or {}
        unknown = sorted(set(given) - set(declared))
        if unknown:
            raise InvalidParameters(f"The runbook has no parameters {unknown}.")
        return {name: value_of(name, each, given.get(name)) for name, each in declared.items()}


def value_of(name: str, declared: dict[str, Any], given: list[str] | None) -> Any:
    if given is None:
        if "default" not in declared:
            raise InvalidParameters(f"Missing required parameter: {name} in user inputs.")
        return declared["default"]
    for each in given:
        check(name, declared, each)
    kind = declared.get("type", "String")
    if kind.startswith(("StringList", "List<")):
        return given
    if len(given) != 1:
        message = f"The value supplied for {name} is not a valid {kind.lower()}."
        raise InvalidParameters(f"Parameter type error. {message}")
    if kind in ("Integer", "Boolean", "MapList", "StringMap"):
        return parsed(name, kind, given[0])
    return given[0]


def check(name: str, declared: dict[str, Any], value: str) -> None:
    allowed = declared.get("allowedValues")
    if allowed is not None and value not in [str(each) for each in allowed]:
        listed = ", ".join(str(each) for each in allowed)
        raise InvalidParameters(f'Parameter "{name}" has value "{value}" not found in [{listed}].')
    pattern = declared.get("allowedPattern")
    if pattern is not None and not re.search(pattern, value):
        raise InvalidParameters(f'Parameter "{name}" has value "{value}" not matching "{pattern}".')


def parsed(name: str, kind: str, text: str) -> Any:
    shapes = {"Integer": int, "Boolean": bool, "MapList": list, "StringMap": dict}
    try:
        value = json.loads(text.lower() if kind == "Boolean" else text)
    except ValueError:
        value = None
    if type(value) is not shapes[kind]:
        message = f"The value supplied for {name} is not a valid {kind.lower()}."
        raise InvalidParameters(f"Parameter type error. {message}")
    return value

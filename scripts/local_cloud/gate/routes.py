"""The operation of a REST service that a method, a path (S3's in path style) and a query name.

By hand, because moto finds an operation by method and path only, and S3's differ by query and
headers.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

from moto.core.model import OperationModel, ServiceModel

from local_cloud.gate.raw_request import RawRequest


@dataclass(frozen=True)
class Route:
    """The method, path, query and headers of one operation."""

    operation: str
    method: str
    path: re.Pattern[str]
    literals: frozenset[tuple[str, str]]  # what the query must contain
    query: frozenset[str]  # names that it must have
    headers: frozenset[str]

    @classmethod
    def of(cls, operation: OperationModel) -> "Route":
        uri, _, query = operation.http["requestUri"].partition("?")
        pattern = re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", re.escape(uri))
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern)
        needed: dict[str, set[str]] = {"querystring": set(), "header": set()}
        shape = operation.input_shape
        for name in shape.required_members if shape else []:
            place = shape.members[name].serialization
            if place.get("location") in needed:
                needed[place["location"]].add(place.get("name", name))
        return cls(
            operation.name,
            operation.http["method"],
            re.compile(pattern.rstrip("/") + "/?"),
            frozenset(parse_qsl(query, keep_blank_values=True)),
            frozenset(needed["querystring"]),
            frozenset(name.lower() for name in needed["header"]),
        )

    def labels(self, request: RawRequest, query: dict[str, str]) -> dict[str, str] | None:
        """The path's parts by name, or None where another operation is meant."""
        if request.method != self.method or not self.literals <= query.items():
            return None
        if not self.query <= query.keys() or not self.headers <= request.headers.keys():
            return None
        match = self.path.fullmatch(request.path)
        return {name: unquote(part) for name, part in match.groupdict().items()} if match else None

    def order(self) -> tuple[int, int, str]:
        """Sorts the most specific route first."""
        conditions = len(self.literals) + len(self.query) + len(self.headers)
        return -conditions, self.path.groups, self.operation


@lru_cache(maxsize=64)
def of_service(model: ServiceModel) -> list[Route]:
    operations = [model.operation_model(name) for name in model.operation_names]
    return sorted((Route.of(each) for each in operations if not each.deprecated), key=Route.order)


def find(model: ServiceModel, request: RawRequest) -> tuple[str, dict[str, str]]:
    """The operation, empty where there is none, and the labels of its path."""
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    for route in of_service(model):
        labels = route.labels(request, query)
        if labels is not None:
            return route.operation, labels
    return "", {}

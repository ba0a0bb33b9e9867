"""How the pages of a list are requested: the members that botocore's models name.

https://botocore.amazonaws.com/v1/documentation/api/latest/topics/paginators.html
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.exceptions import DataNotFoundError
from moto.core.utils import get_pagination_model

from local_cloud.gate.api_call import service_model

TOKENS = ("NextToken", "nextToken")
# These pages end with a key; the Limit of the request cuts them (weather/fewer.py).
BY_KEY = {("dynamodb", "Scan"), ("dynamodb", "Query")}


@dataclass(frozen=True)
class Paging:
    """Names of the members in request and answer."""

    asked: tuple[str, ...]
    answered: tuple[str, ...]
    results: tuple[str, ...]
    more: str | None = None  # says whether there is a next page


@lru_cache(maxsize=256)
def paging_of(service: str, operation: str) -> Paging | None:
    """None where the operation has no pages, or pages of another kind."""
    model = service_model(service)
    if (service, operation) in BY_KEY or model is None or operation not in model.operation_names:
        return None
    shapes = model.operation_model(operation)
    if shapes.input_shape is None or shapes.output_shape is None:
        return None
    asked, answered = shapes.input_shape.members, shapes.output_shape.members
    lists = [name for name, shape in answered.items() if shape.type_name == "list"]
    told = told_by_botocore(service).get(operation)
    if told is None:
        token = next((each for each in TOKENS if each in asked and each in answered), None)
        return Paging((token,), (token,), tuple(lists)) if token and len(lists) == 1 else None
    found = Paging(
        names(told["input_token"]),
        names(told["output_token"]),
        tuple(each for each in names(told["result_key"]) if each in lists),
        told.get("more_results"),
    )
    # An expression cannot be written into an answer as a member can.
    is_plain = set(found.asked) <= set(asked) and set(found.answered) <= set(answered)
    return found if is_plain and found.results else None


def told_by_botocore(service: str) -> dict[str, Any]:
    try:
        return dict(get_pagination_model(service))
    except DataNotFoundError:
        return {}


def names(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)

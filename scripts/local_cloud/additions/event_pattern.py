"""Event patterns, for EventBridge's rules and for the filters of event source mappings.

Bug of moto: a pattern takes `true` for the number 1 and `false` for 0, as Python does.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from typing import Any

from moto.events import models

BOOLEANS = {True: "\0true", False: "\0false"}  # equal to no number, and to no text of an event


class EventPattern(models.EventPattern):  # type: ignore[misc]
    """moto's, but with booleans that are not numbers."""

    def _does_item_match_filters(self, item: Any, filters: list[Any]) -> bool:
        is_match: bool = super()._does_item_match_filters(distinct(item), distinct(filters))
        return is_match


def distinct(value: Any) -> Any:
    """The value with booleans that equal nothing else."""
    if isinstance(value, bool):
        return BOOLEANS[value]
    if isinstance(value, list):
        return [distinct(each) for each in value]
    if isinstance(value, dict):
        return {key: it if key == "exists" else distinct(it) for key, it in value.items()}
    return value


def install() -> None:
    models.EventPattern = EventPattern

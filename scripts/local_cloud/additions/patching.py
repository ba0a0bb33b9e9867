"""How a method of moto is replaced or added, with the original at hand."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def wrap(owner: Any, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replaces `owner.name` by the decorated function, whose first argument is the original."""
    original = getattr(owner, name)

    def decorate(replacement: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def patched(*arguments: Any, **named: Any) -> Any:
            return replacement(original, *arguments, **named)

        setattr(owner, name, patched)
        return replacement

    return decorate


def add(owner: Any, *functions: Callable[..., Any]) -> None:
    """Adds methods that `owner` lacks, under the functions' own names."""
    for function in functions:
        setattr(owner, function.__name__, function)

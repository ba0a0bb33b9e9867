"""What one step of the demo showed, and what was wrong with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Title, duration, finding and problems of one step."""

    title: str
    seconds: float
    seen: str
    problems: list[str]

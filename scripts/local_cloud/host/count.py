"""The type of the function by which the host counts what a service measures."""

from collections.abc import Callable

# A namespace of CloudWatch's, dimensions, and a value of each metric.
Count = Callable[[str, dict[str, str], dict[str, float]], None]

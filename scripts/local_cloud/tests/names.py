"""The names that the module's README lists, and the names that are deployed."""

import json
import re
from typing import Any


def names_listed(readme: str) -> list[str]:
    """All names in backticks in the table under "Names"."""
    section = readme.partition("\n## Names\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def filled(name: str, values: dict[str, str]) -> str:
    for placeholder, value in values.items():
        name = name.replace(placeholder, value)
    return name


def tags_of(value: Any) -> list[dict[str, str]]:
    """The tags of each resource in a state that can have tags, including the provider's."""
    if isinstance(value, list):
        return [tags for each in value for tags in tags_of(each)]
    if not isinstance(value, dict):
        return []
    own = [value["tags_all"] or {}] if "tags_all" in value else []
    inner = [each for name, each in value.items() if name != "sensitive_values"]
    return own + tags_of(inner)


def texts(value: Any) -> set[str]:
    """Every text in a document: its keys too, and those of documents that are written as text in
    it.
    """
    if isinstance(value, dict):
        return set(value) | {text for each in value.values() for text in texts(each)}
    if isinstance(value, list):
        return {text for each in value for text in texts(each)}
    if not isinstance(value, str):
        return set()
    if value.startswith(("{", "[")):
        try:
            return {value} | texts(json.loads(value))
        except ValueError:
            return {value}
    return {value}

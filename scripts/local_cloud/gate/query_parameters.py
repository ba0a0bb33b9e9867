"""How is a query-protocol form read back into a structure?

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from typing import Any


def from_form(form: dict[str, str], shape: Any | None) -> dict[str, Any]:
    if shape is None:
        return {k: v for k, v in form.items() if k not in ("Action", "Version")}
    value = read(form, "", shape)
    return value if isinstance(value, dict) else {}


def read(form: dict[str, str], prefix: str, shape: Any) -> Any | None:
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if member.type_name == "list" and member.serialization.get("flattened"):
                wire = member.member.serialization.get("name", wire)
            value = read(form, join(prefix, wire), member)
            if value is not None:
                found[name] = value
        return found or None
    if shape.type_name == "list":
        return read_list(form, prefix, shape)
    if shape.type_name == "map":
        return read_map(form, prefix, shape)
    return form.get(prefix)


def read_list(form: dict[str, str], prefix: str, shape: Any) -> list[Any] | None:
    if not shape.serialization.get("flattened"):
        prefix = join(prefix, shape.member.serialization.get("name", "member"))
    values: list[Any] = []
    while (value := read(form, join(prefix, str(len(values) + 1)), shape.member)) is not None:
        values.append(value)
    return values or None


def read_map(form: dict[str, str], prefix: str, shape: Any) -> dict[str, Any] | None:
    if not shape.serialization.get("flattened"):
        prefix = join(prefix, "entry")
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    found: dict[str, Any] = {}
    while (key := form.get(join(join(prefix, str(len(found) + 1)), key_name))) is not None:
        found[key] = read(form, join(join(prefix, str(len(found) + 1)), value_name), shape.value)
    return found or None


def join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name

"""Writes the tables of variables and outputs in the module's README.md from its .tf files.

`terraform_tables.py` rewrites them, `terraform_tables.py --check` fails where they differ.
"""

import re
import sys
from pathlib import Path

MODULE = Path(__file__).resolve().parents[1] / "terraform" / "modules" / "ses-mail"
BLOCK = r'(?ms)^{} "(\w+)" \{{\n(.*?)^\}}$'


def blocks(kind: str, pattern: str) -> list[tuple[str, str]]:
    texts = [path.read_text() for path in sorted(MODULE.glob(pattern))]
    return [found for text in texts for found in re.findall(BLOCK.format(kind), text)]


def argument(block: str, name: str) -> str | None:
    """The expression of an argument, on one line however it is written."""
    found = re.search(rf"(?ms)^  {name} += (.*?)(?=^  \w|^\n|\Z)", block)
    return " ".join(found.group(1).split()) if found else None


def description(block: str) -> str:
    return (argument(block, "description") or "").strip('"').replace('\\"', '"')


def code(text: str) -> str:
    return f"`{text}`"


def variables() -> list[str]:
    rows = ["| name | type | default | meaning |", "|---|---|---|---|"]
    found = blocks("variable", "variables*.tf")
    for name, block in sorted(found, key=lambda each: argument(each[1], "default") is not None):
        default = argument(block, "default")
        given = code(default) if default is not None else "**required**"
        kind = code(argument(block, "type") or "any")
        rows.append(f"| {code(name)} | {kind} | {given} | {description(block)} |")
    return rows


def outputs() -> list[str]:
    found = blocks("output", "outputs*.tf")
    rows = [f"| {code(name)} | {description(block)} |" for name, block in found]
    return ["| name | meaning |", "|---|---|", *rows]


def replaced(text: str, title: str, rows: list[str]) -> str:
    """The page with the first table below the title exchanged."""
    before, heading, after = text.partition(f"\n## {title}\n")
    return (
        before
        + heading
        + re.sub(r"(?m)(^\|.*\n)+", lambda _: "\n".join(rows) + "\n", after, count=1)
    )


def main(arguments: list[str]) -> int:
    readme = MODULE / "README.md"
    text = readme.read_text()
    wanted = replaced(replaced(text, "Variables", variables()), "Outputs", outputs())
    if arguments == ["--check"] and text != wanted:
        print("the tables in the module's README.md are not up to date: run make fmt")
        return 1
    readme.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""README.md has one line for each module, and says what is changed in moto and what is by hand.

The docstrings are the source. With RECORD_SNAPSHOTS=1 the sections are written anew.
"""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import local_cloud

PACKAGE = Path(local_cloud.__file__).parent
PAGE = PACKAGE / "README.md"
FOLDERS = [
    *("process", "command", "page", "gate", "additions", "host", "mailbox", "weather", "metrics"),
    *("insights", "clock", "connection", "deploy", "report", "rights", "demo", "soak", "smtp"),
    *("tests", "tests/bootstraps"),
]
BUG, FEATURE, BY_HAND = "Bug of moto: ", "Feature: ", "By hand, because "


def paragraphs(path: Path) -> list[str]:
    """The docstring without the addresses of pages."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("https://"))
    return [" ".join(each.split()) for each in re.split(r"\n\n+", prose) if each.strip()]


def modules(folder: str) -> list[Path]:
    """Those of the folder itself; a test's name says what the test is about."""
    return sorted(
        path
        for path in (PACKAGE / folder).glob("*.py")
        if path.name != "__init__.py" and not path.name.startswith("test_")
    )


def row(*cells: str) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


def code_map() -> Iterator[str]:
    for folder in FOLDERS:
        said = paragraphs(PACKAGE / folder / "__init__.py")
        about = " ".join(each for each in said if not each.startswith(BY_HAND))
        yield from (f"**`{folder}/`** {about}", "", "| module | what it is |", "|---|---|")
        for path in modules(folder):
            yield row(f"`{path.name}`", paragraphs(path)[0])
        yield ""


def changes_in_moto() -> Iterator[str]:
    yield from (
        "| module of `additions/` | bug of moto | feature that moto lacks |",
        "|---|---|---|",
    )
    for path in modules("additions"):
        said = dict.fromkeys((BUG, FEATURE), "")
        for paragraph in paragraphs(path):
            for kind in said:
                if paragraph.startswith(kind):
                    said[kind] = first_sentence(paragraph.removeprefix(kind))
        if any(said.values()):
            yield row(f"`{path.name}`", *said.values())
    yield ""


def by_hand() -> Iterator[str]:
    yield from ("| what | by hand, because |", "|---|---|")
    for folder in FOLDERS:
        for path in [PACKAGE / folder / "__init__.py", *modules(folder)]:
            name = path.relative_to(PACKAGE).as_posix().removesuffix("__init__.py")
            for paragraph in paragraphs(path):
                if paragraph.startswith(BY_HAND):
                    yield row(f"`{name}`", first_sentence(paragraph.removeprefix(BY_HAND)))
    yield ""


def first_sentence(text: str) -> str:
    """A capital follows its end: `users.messages` and `1.1` are no ends."""
    return re.split(r"\.(?:\s+(?=[A-Z])|$)", text, maxsplit=1)[0]


SECTIONS = {
    "Code map": code_map,
    "What is changed in moto": changes_in_moto,
    "What is written by hand": by_hand,
}


def with_sections(page: str) -> str:
    for title, make in SECTIONS.items():
        head, mark, rest = page.partition(f"\n## {title}\n")
        assert mark, f"README.md has no section {title}"
        introduction = rest.lstrip().partition("\n\n")[0]
        after = re.search(r"^## ", rest, re.MULTILINE)
        following = rest[after.start() :] if after is not None else ""
        body = "\n".join(make())
        page = f"{head}{mark}\n{introduction}\n\n{body}\n{following}"
    return page


def test_the_page_says_what_the_modules_say() -> None:
    page = PAGE.read_text()
    if os.environ.get("RECORD_SNAPSHOTS"):
        PAGE.write_text(with_sections(page))
    assert PAGE.read_text() == with_sections(page), "write it anew with RECORD_SNAPSHOTS=1"


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", PAGE.read_text()))
    assert named and [name for name in sorted(named) if not (PACKAGE / name).exists()] == []


def test_every_folder_with_modules_is_in_the_map() -> None:
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    assert folders - {"."} == set(FOLDERS)


def test_the_root_has_no_modules_but_the_entry_point() -> None:
    assert {path.name for path in modules(".")} == {"__main__.py"}


def test_every_addition_says_whether_it_is_a_bug_of_moto_or_a_feature() -> None:
    silent = [
        path.name
        for path in modules("additions")
        if not any(each.startswith((BUG, FEATURE)) for each in paragraphs(path))
    ]
    assert silent == ["patching.py"]  # the tool of the others


def test_a_module_is_described_and_not_asked_about() -> None:
    for path in (path for folder in FOLDERS for path in modules(folder)):
        said = paragraphs(path)
        assert said and "?" not in re.sub("`[^`]*`", "", said[0]), path


def test_every_class_is_described() -> None:
    for path in (path for folder in FOLDERS for path in modules(folder)):
        classes = [
            each for each in ast.parse(path.read_text()).body if isinstance(each, ast.ClassDef)
        ]
        assert [each.name for each in classes if not ast.get_docstring(each)] == [], path

"""The faults of Tests/Mutants still fit the sources, and their tests are there."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_cloud import ROOT
from mutants.mutant import FOLDER, NamedTest, Problem, read, read_all, table
from mutants.workshop import Outcome

MUTANTS = read_all(ROOT)
SUITE = re.compile(r"^(?:@.+ )?(?:final )?(?:struct|class|extension) (\w+)", re.MULTILINE)
TEST = re.compile(r'@Test\(\s*"((?:[^"\\]|\\.)*)"(?:(?!@Test\().)*?\bfunc (\w+)', re.DOTALL)

SOURCE = "let a = 1\nlet b = 2\nlet c = 3\n"
PATCH = """\
B is another number.
Test: OneTests.NumberTests/b "B is two"
Environment: SIMULATION_SEED=123
--- a/Sources/One/Number.swift
+++ b/Sources/One/Number.swift
@@ -1,3 +1,3 @@
 let a = 1
-let b = 2
+let b = 3
 let c = 3
"""

Repository = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one source and one fault."""

    def make(patch: str = PATCH, source: str = SOURCE) -> Path:
        for path, text in {"Sources/One/Number.swift": source, f"{FOLDER}/b.patch": patch}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return tmp_path

    return make


def sentences() -> dict[str, str]:
    """The sentence of each test of Swift, by its identifier."""
    found = {}
    for file in (ROOT / "Tests").rglob("*.swift"):
        text = file.read_text()
        suites = [(match.start(), match[1]) for match in SUITE.finditer(text)]
        for match in TEST.finditer(text):
            names = [name for start, name in suites if start < match.start()]
            if names:
                target = file.relative_to(ROOT / "Tests").parts[0]
                sentence = match[1].replace('\\"', '"')
                found[f"{target}.{names[-1]}/{match[2]}"] = sentence
    return found


def test_each_named_test_is_there_with_its_sentence() -> None:
    there = sentences()
    wrong = {
        mutant.name: test.id
        for mutant in MUTANTS
        for test in mutant.tests
        if there.get(test.id) != test.sentence
    }
    assert wrong == {}


def test_all_modules_that_ship_have_faults() -> None:
    folders = {folder.name for folder in (ROOT / "Sources").iterdir()}
    without_code = {
        name for name in folders if not list((ROOT / "Sources" / name).rglob("*.swift"))
    }
    assert {mutant.module for mutant in MUTANTS} == folders - without_code
    assert len(MUTANTS) >= 60


def test_names_and_sentences_are_distinct_and_a_fault_lies_in_the_folder_of_its_module() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant.breaks for mutant in MUTANTS}) == len(MUTANTS)
    places = {(file.parent.name, file.stem) for file in (ROOT / FOLDER).rglob("*.patch")}
    assert places == {(mutant.module, mutant.name) for mutant in MUTANTS}


def test_the_page_lists_what_is_there() -> None:
    assert (ROOT / "docs" / "mutants.md").read_text() == table(MUTANTS)


def test_a_patch_is_read_and_applied(repository: Repository) -> None:
    (mutant,) = read_all(repository())
    assert (mutant.name, mutant.module, mutant.breaks) == ("b", "One", "B is another number.")
    assert mutant.tests == (NamedTest("OneTests.NumberTests/b", "B is two"),)
    assert mutant.environment == {"SIMULATION_SEED": "123"}
    assert mutant.applied(SOURCE) == "let a = 1\nlet b = 3\nlet c = 3\n"


def test_lines_may_move_but_not_change_or_repeat(repository: Repository) -> None:
    (mutant,) = read_all(repository(source=f"// More\n{SOURCE}"))
    assert mutant.applied(f"// More\n{SOURCE}") == "// More\nlet a = 1\nlet b = 3\nlet c = 3\n"
    for source, count in [(SOURCE.replace("b", "renamed"), 0), (SOURCE + SOURCE, 2)]:
        with pytest.raises(Problem, match=f"b does not apply: .* {count} times, not once"):
            read_all(repository(source=source))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("B is another number.\n", "", "needs a sentence"),
        ('Test: OneTests.NumberTests/b "B is two"\n', "", "a line Test:"),
        ('/b "B is two"', "/b", "not as Module"),
        ("Sources/One/Number.swift", "Sources/One/Moved.swift", "which is not there"),
        ("Sources/One", "Tests/One", "a diff of one file of Sources"),
    ],
)
def test_a_patch_that_lacks_something_is_refused(
    repository: Repository, old: str, new: str, words: str
) -> None:
    with pytest.raises(Problem, match=words):
        read_all(repository(PATCH.replace(old, new)))


def test_a_filter_chooses_one_test() -> None:
    expression = NamedTest("OneTests.NumberTests/b", "B is two").filter
    assert re.search(expression, "OneTests.NumberTests/b(number:)/NumberTests.swift:1:2")
    assert not re.search(expression, "OneTests.NumberTests/both()/NumberTests.swift:1:2")
    assert not re.search(expression, "TwoOneTests.NumberTests/b()/NumberTests.swift:1:2")


B = "OneTests.NumberTests/b()/NumberTests.swift:1:2"


def stream(*events: dict[str, Any]) -> str:
    test = {"id": B, "kind": "function", "name": "b()", "displayName": "B is two"}
    records = [{"kind": "test", "payload": test}]
    records += [{"kind": "event", "payload": event} for event in events]
    return "".join(f"{json.dumps(record)}\n" for record in records)


BEGUN = {"kind": "testStarted", "testID": B}
FAILED = {"kind": "issueRecorded", "testID": B, "issue": {"isKnown": False}}
KNOWN = {"kind": "issueRecorded", "testID": B, "issue": {"isKnown": True}}
ENDED = {"kind": "runEnded"}


@pytest.mark.parametrize(
    ("events", "missed"),
    [
        ([BEGUN, FAILED, ENDED], None),
        ([BEGUN, ENDED], "not noticed by: B is two"),
        ([BEGUN, KNOWN, ENDED], "not noticed by: B is two"),
        ([BEGUN, FAILED], "the tests died of it, or did not end"),
        ([], "the tests died of it, or did not end"),
    ],
)
def test_a_fault_is_noticed_by_a_failure_and_not_by_a_crash(
    events: list[dict[str, Any]], missed: str | None, repository: Repository
) -> None:
    tests = read(repository() / FOLDER / "b.patch").tests
    assert Outcome.read(stream(*events)).missed(tests) == missed


def test_a_line_that_a_crash_cut_short_is_left_out(repository: Repository) -> None:
    tests = read(repository() / FOLDER / "b.patch").tests
    cut = stream(BEGUN, FAILED, ENDED)[:-5]
    assert Outcome.read(cut).missed(tests) == "the tests died of it, or did not end"


@pytest.mark.parametrize(
    ("named", "events", "words"),
    [
        (("b", "B is two"), [BEGUN, FAILED, ENDED], "Without a fault this test fails: B is two"),
        (("c", "C is three"), [BEGUN, ENDED], "No test is called OneTests.NumberTests/c"),
        (("b", "B is three"), [BEGUN, ENDED], "The list says otherwise"),
        (("b", "B is two"), [BEGUN], "the tests died"),
    ],
)
def test_without_a_fault_all_named_tests_run_and_pass(
    named: tuple[str, str], events: list[dict[str, Any]], words: str
) -> None:
    tests = [NamedTest(f"OneTests.NumberTests/{named[0]}", named[1])]
    with pytest.raises(Problem, match=words):
        Outcome.read(stream(*events)).check_clean(tests)
    right = [NamedTest("OneTests.NumberTests/b", "B is two")]
    Outcome.read(stream(BEGUN, ENDED)).check_clean(right)

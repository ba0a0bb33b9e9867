#!/usr/bin/env python3
"""Checks that every dependency has one exact version, in one place, and that documents agree.

Looks at Package.swift, scripts/requirements*.txt, Terraform's roots and the documents.
Usage: check_versions.py [FOLDER]
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

EXACT = r"\d+\.\d+(?:\.\d+)*"
# Every root that Terraform runs in; the module itself takes a range, since others use it too.
ROOTS = ("terraform/account", "terraform/environments/*", "terraform/examples/*")
DOCUMENTS = ("*.md", "docs/*.md", "scripts/**/*.md", "terraform/**/*.md")

# Name as the documents write it → its versions, each with the file that says so.
Versions = dict[str, dict[str, list[str]]]


class Dependencies:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.versions: Versions = defaultdict(lambda: defaultdict(list))
        self.faults: list[str] = []

    def read(self) -> None:
        self.read_swift()
        self.read_python()
        self.read_terraform()
        for name, versions in self.versions.items():
            if len(versions) > 1:
                said = ", ".join(f"{v} in {' and '.join(f)}" for v, f in sorted(versions.items()))
                self.faults.append(f"{name} has more than one version: {said}")

    def read_swift(self) -> None:
        text = (self.folder / "Package.swift").read_text()
        for package in re.findall(r"\.package\(([^)]*)\)", text):
            name = re.search(r'/([\w.-]+?)(?:\.git)?"', package)
            exact = re.search(rf'exact: "({EXACT})"', package)
            if name is None or exact is None:
                self.faults.append(f"Package.swift: no exact version in .package({package})")
            else:
                self.versions[name[1]][exact[1]].append("Package.swift")
        image = re.search(rf"^image=swift:({EXACT})-", self.text("scripts/package.sh"), re.M)
        if image is None:
            self.faults.append("scripts/package.sh: the Swift image has no version")
        else:
            self.versions["Swift"][image[1]].append("scripts/package.sh")

    def read_python(self) -> None:
        for file in sorted((self.folder / "scripts").glob("requirements*.txt")):
            for line in file.read_text().splitlines():
                requirement = line.split("#")[0].strip()
                if not requirement:
                    continue
                exact = re.fullmatch(rf"([\w.-]+)==({EXACT})", requirement)
                if exact is None:
                    self.faults.append(f"{file.name}: {requirement} is no exact version")
                elif exact[1] in self.versions:
                    self.faults.append(f"{file.name}: {exact[1]} has its version elsewhere too")
                else:
                    self.versions[exact[1]][exact[2]].append(file.name)
        project = self.text("scripts/pyproject.toml")
        for version in re.findall(rf'^python_version = "({EXACT})"', project, re.M):
            self.versions["Python"][version].append("pyproject.toml")
        for major, minor in re.findall(r'^target-version = "py(\d)(\d+)"', project, re.M):
            self.versions["Python"][f"{major}.{minor}"].append("pyproject.toml")

    def read_terraform(self) -> None:
        for root in sorted(path for glob in ROOTS for path in self.folder.glob(glob)):
            text = "\n".join(file.read_text() for file in sorted(root.glob("*.tf")))
            if root.name == "shared":
                continue
            where = str(root.relative_to(self.folder))
            needed = re.findall(rf'required_version\s*=\s*">= ({EXACT})"', text)
            if len(needed) != 1:
                self.faults.append(f"{where}: required_version must say once from which version")
            for version in needed:
                self.versions["Terraform"][version].append(where)
            providers = re.findall(r'source\s*=\s*"([\w-]+/[\w-]+)"\s*version\s*=\s*"(.*?)"', text)
            if [name for name, _ in providers] != ["hashicorp/aws"]:
                self.faults.append(f"{where}: the one provider must be hashicorp/aws")
            for name, version in providers:
                if not re.fullmatch(EXACT, version):
                    self.faults.append(f"{where}: {name} {version} is no exact version")
                self.versions[name][version].append(where)

    def text(self, path: str) -> str:
        return (self.folder / path).read_text()


def disagreements(folder: Path, versions: Versions) -> Iterator[str]:
    """What documents say of versions that is not so. They may leave out the last numbers."""
    for file in sorted({file for glob in DOCUMENTS for file in folder.glob(glob)}):
        place = file.relative_to(folder)
        if any(part.startswith(".") for part in place.parts):
            continue  # what a tool has put there
        text = file.read_text()
        for name, known in versions.items():
            spelled = re.escape(name)
            # "moto 5.2.1", "`swift-log` 1.16.2", "Terraform (1.11 or later)"
            for said in re.findall(rf"(?<![\w-]){spelled}`?,? \(?v?({EXACT})\b(?!%)", text):
                if not any(exact == said or exact.startswith(f"{said}.") for exact in known):
                    yield f"{place}: {name} {said}, where it is {' and '.join(known)}"


def main(folder: Path) -> int:
    dependencies = Dependencies(folder)
    dependencies.read()
    faults = dependencies.faults + list(disagreements(folder, dependencies.versions))
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{len(dependencies.versions)} dependencies have one exact version each.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)))

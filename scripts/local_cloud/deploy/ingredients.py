"""What a deployment is made of: where one of these differs, another deployment would be made."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCES = (
    ("terraform/account", "*"),
    ("terraform/environments/local", "*"),
    ("terraform/modules/ses-mail", "*"),
    ("scripts/local_cloud", "*.py"),
    ("scripts", "requirements.txt"),
)
# Folders that no deployment depends on.
OTHERS = ("tests", "demo", "soak", "report", "command", "mailbox", "page", "smtp")
PROVIDER = "registry.terraform.io/hashicorp/aws"


def ingredients(root: Path, packages: Path, variables: dict[str, Any]) -> dict[str, str]:
    """A digest of each, by its name."""
    contents = {str(each.relative_to(root)): each.read_bytes() for each in sources(root)}
    contents |= {str(each): each.read_bytes() for each in sorted(packages.glob("*.zip"))}
    contents |= {f"${name}": value.encode() for name, value in os.environ.items() if steers(name)}
    contents["variables"] = repr(sorted(variables.items())).encode()
    contents["machine"] = repr((platform.machine(), sys.version)).encode()
    contents |= {str(each): identity(each) for each in programs(root)}
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def sources(root: Path) -> Iterator[Path]:
    for folder, pattern in SOURCES:
        for path in sorted((root / folder).rglob(pattern)):
            below = path.relative_to(root / folder).parts
            is_ours = not any(part.startswith(".terraform") or part in OTHERS for part in below)
            if is_ours and path.is_file() and path.suffix not in (".md", ".pyc"):
                yield path


def steers(name: str) -> bool:
    """Whether a variable of the environment may change what Terraform does."""
    return name.startswith(("TF_", "AWS_"))


def programs(root: Path) -> Iterator[Path]:
    """Terraform and, from a mirror on this machine, its provider; the registry's has a version."""
    terraform = shutil.which("terraform")
    if terraform is not None:
        yield Path(terraform)
    finder = root / "scripts" / "find-plugin-dir.sh"
    mirror = subprocess.run([finder], capture_output=True, text=True, check=True).stdout.strip()
    if mirror:
        yield from sorted(p for p in (Path(mirror) / PROVIDER).rglob("*") if p.is_file())


def identity(program: Path) -> bytes:
    """Size and time in the place of some hundred megabytes."""
    found = program.stat()
    return f"{found.st_size} {found.st_mtime_ns}".encode()

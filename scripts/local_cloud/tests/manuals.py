"""The documents that people read, and the commands in them."""

import re
import subprocess
from collections.abc import Iterator

from local_cloud import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "terraform/modules/ses-mail/README.md",
]
BLOCK = re.compile(r"^ *```bash\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def commands(text: str) -> Iterator[str]:
    """The commands in the blocks of a page, each with all its lines and without a comment."""
    for block in BLOCK.findall(text):
        lines: list[str] = []
        for line in block.splitlines():
            lines.append(re.sub(r"(^|\s+)#\s.*", "", line).rstrip() if not lines else line)
            command = "\n".join(lines).strip()
            if is_complete(command):
                lines = []
                if command:
                    yield command


def is_complete(command: str) -> bool:
    """Whether the shell asks for no further line."""
    if command.endswith("\\"):
        return False
    asked = subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False)
    return asked.returncode == 0

"""A Python script as a package that runs like a real one: `bootstrap`, mode 0755."""

import io
import sys
import zipfile
from pathlib import Path

from local_cloud import ROOT

BOOTSTRAPS = Path(__file__).parent / "bootstraps"
SCRIPTS = ROOT / "scripts"
STAND_INS = {
    "router-enrichment": "router",
    "gmail-forwarder": "forwarder",
    "bouncer": "bouncer",
    "smtp-credential-manager": "stream",
    "digest": "echo",
}


def zipped(script: str, mode: int = 0o755) -> bytes:
    source = (
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(SCRIPTS)!r})\n"
        + (BOOTSTRAPS / f"{script}.py").read_text()
    )
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = mode << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(entry, source)
    return content.getvalue()


def write_stand_ins(folder: Path) -> None:
    for name, script in STAND_INS.items():
        (folder / f"{name}.zip").write_bytes(zipped(script))


if __name__ == "__main__":
    write_stand_ins(Path(sys.argv[1]))

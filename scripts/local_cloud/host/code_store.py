"""A function's unpacked code: once for all worlds, in a folder named by its hash."""

import io
import os
import shutil
import uuid
import zipfile
from pathlib import Path


def unpack(content: bytes, sha256: str, store: Path) -> Path:
    folder = store / sha256.replace("/", "_").replace("+", "-").rstrip("=")
    if folder.exists():
        return folder
    partial = store / f".{uuid.uuid4().hex}"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(partial)
        for entry in archive.infolist():
            mode = entry.external_attr >> 16 & 0o777
            if mode and not entry.is_dir():
                (partial / entry.filename).chmod(mode)
    try:
        partial.rename(folder)
    except OSError:  # another world was faster
        shutil.rmtree(partial)
    return folder


def entrypoint_problem(folder: Path) -> str | None:
    bootstrap = folder / "bootstrap"
    if not bootstrap.exists():
        return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    if not os.access(bootstrap, os.X_OK):
        return "fork/exec /var/task/bootstrap: permission denied"
    return None

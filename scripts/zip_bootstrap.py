#!/usr/bin/env python3
"""Writes a Lambda zip: `bootstrap`, mode 0755, at the root, and beside it `roots.pem`.

The entries' time and order are fixed, so that the same files make the same zip, and Terraform plans
no change for it. A zip that holds the same already is left alone: compressing takes a second.
Usage: zip_bootstrap.py BOOTSTRAP ROOTS ZIP
"""

import sys
import zipfile
import zlib
from pathlib import Path

Entries = list[tuple[zipfile.ZipInfo, bytes]]


def main(bootstrap: Path, roots: Path, archive: Path) -> None:
    entries = [
        (entry("bootstrap", 0o755), bootstrap.read_bytes()),
        (entry("roots.pem", 0o644), roots.read_bytes()),
    ]
    if holds(archive, entries):
        return
    with zipfile.ZipFile(archive, "w", compresslevel=9) as zipped:
        for each, content in entries:
            zipped.writestr(each, content, compresslevel=9)


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    made.external_attr = (0o100000 | mode) << 16
    made.create_system = 3  # Unix: the mode counts
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def holds(archive: Path, entries: Entries) -> bool:
    """Whether the archive has these entries and no others."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            found = [(described(each), zipped.read(each)) for each in zipped.infolist()]
    except (OSError, zipfile.BadZipFile, zlib.error):
        return False
    return found == [(described(each), content) for each, content in entries]


def described(each: zipfile.ZipInfo) -> tuple[object, ...]:
    form = (each.external_attr, each.create_system, each.compress_type)
    return (each.filename, each.date_time, *form)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))

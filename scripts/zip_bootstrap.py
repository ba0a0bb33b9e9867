#!/usr/bin/env python3
"""Writes a Lambda zip: `bootstrap`, mode 0755, at the root, and beside it `roots.pem`.

The entries' time and order are fixed, so that the same files make the same zip, and Terraform plans
no change for it. Usage: zip_bootstrap.py BOOTSTRAP ROOTS ZIP
"""

import sys
import zipfile
from pathlib import Path


def main(bootstrap: Path, roots: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", compresslevel=9) as zipped:
        for name, mode, file in [("bootstrap", 0o755, bootstrap), ("roots.pem", 0o644, roots)]:
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.create_system = 3  # Unix: the mode counts
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, file.read_bytes(), compresslevel=9)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))

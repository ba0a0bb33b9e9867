#!/usr/bin/env python3
"""Writes a Lambda zip: one file, `bootstrap`, mode 0755, at the root.

The entry's time is fixed, so that the same bootstrap is the same zip, and Terraform plans no
change for it. Usage: zip_bootstrap.py BOOTSTRAP ZIP
"""

import sys
import zipfile
from pathlib import Path


def main(bootstrap: Path, archive: Path) -> None:
    entry = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o100755 << 16
    entry.create_system = 3  # Unix: the mode counts
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(archive, "w", compresslevel=9) as zipped:
        zipped.writestr(entry, bootstrap.read_bytes(), compresslevel=9)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

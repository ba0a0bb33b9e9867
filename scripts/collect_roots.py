#!/usr/bin/env python3
"""Writes the root certificates of roots.txt to one PEM file, in the order of that list.

Each is looked up by its SHA-256 in the build machine's bundle. A missing one is a note; it is an
error where no function can do without it. Usage: collect_roots.py FILE [BUNDLE]
"""

import base64
import hashlib
import re
import sys
from pathlib import Path

LIST = Path(__file__).with_name("roots.txt")
BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----"
)


def certificates(bundle: str) -> dict[str, bytes]:
    """The DER bytes of each certificate in a bundle, by their SHA-256."""
    found = (base64.b64decode(body) for body in CERTIFICATE.findall(bundle))
    return {hashlib.sha256(der).hexdigest(): der for der in found}


def pem(der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def main(file: Path, bundle: Path) -> None:
    found = certificates(bundle.read_text(encoding="utf-8", errors="replace"))
    collected = []
    for line in LIST.read_text().splitlines():
        if line.startswith("#"):
            continue
        need, digest, name = line.split(maxsplit=2)
        if digest in found:
            collected.append(pem(found[digest]))
        elif need == "needed":
            sys.exit(f"{bundle} lacks {name}: install a newer ca-certificates")
        else:
            print(f"note: {bundle} lacks {name}; functions will not have it")
    file.write_text("".join(collected))


if __name__ == "__main__":
    given = sys.argv[2:] or [path for path in BUNDLES if Path(path).exists()]
    if not given:
        sys.exit("no bundle of root certificates is there: install ca-certificates")
    main(Path(sys.argv[1]), Path(given[0]))

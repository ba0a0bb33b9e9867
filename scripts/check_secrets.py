#!/usr/bin/env python3
"""Looks for secrets in every file that git tracks or would add: keys of AWS, of Google and of
GitHub, private keys, and long random values after names such as `password`.

Prints file, line and kind of each, never the value. Usage: check_secrets.py [FOLDER]
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# What may stand in the tree, each with what it is. An entry that is in no file is refused, so that
# the list does not grow old.
ALLOWED = {
    "AKIAIOSFODNN7EXAMPLE": "the access key of AWS's documentation",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY": "the secret key of AWS's SigV4 test suite",
    "BAzbEzGWYFtl2/Y5jYjbyS2pCdLjqoO1eApa0aYnOPqb": "the SMTP password of that secret key",
    "BH+jbMzper5WwlwUar9E1yS/Bq": "a text that local-cloud's tests look for in every disguise",
}

RANDOM = rb"[A-Za-z0-9_-]{20,}"
PATTERNS = {
    "an access key of AWS": rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----",
    "an access token of Google": rb"\bya29\." + RANDOM,
    "a client secret of Google": rb"\bGOCSPX-" + RANDOM,
    "a refresh token of Google": rb"(?<![\w/])1(?://|%2[Ff]%2[Ff])" + RANDOM,
    "an API key of Google": rb"\bAIza[A-Za-z0-9_-]{35}\b",
    "a token of GitHub": rb"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}",
    "a token of Slack": rb"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a signed token": rb"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
}
COMPILED = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}

# `secretAccessKey: "…"`, `aws_secret_access_key = …`, `"smtp_password": "…"`, `TOKEN=…`
NAMED = re.compile(
    rb"(?i:secret|passw(?:or)?d|token|(?:access|api|private)[_-]?key)\w*\\?[\"']?"
    rb"\s*(?::\s*String\s*)?[:=]+>?\s*(?:Secret\()?\\?[\"']?([A-Za-z0-9+/_-]{20,}={0,2})"
)


class Finding(NamedTuple):
    line: int
    kind: str
    value: str


def is_random(value: bytes) -> bool:
    """Whether a value looks drawn by lot: capitals, small letters and digits, no mere name."""
    return all(re.search(kind, value) for kind in (rb"[A-Z]", rb"[a-z]", rb"[0-9]"))


def findings(text: bytes) -> Iterator[Finding]:
    for number, line in enumerate(text.split(b"\n"), 1):
        for kind, pattern in COMPILED.items():
            for match in pattern.finditer(line):
                yield Finding(number, kind, match[0].decode("latin-1"))
        for match in NAMED.finditer(line):
            if is_random(match[1]):
                yield Finding(number, "a value after a secret's name", match[1].decode("latin-1"))


def tracked(folder: Path) -> list[Path]:
    """The files that git tracks, and those that `git add .` would."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    names = {name for name in listing.stdout.decode().split("\0") if name}
    return [file for name in sorted(names) if (file := folder / name).is_file()]


def main(folder: Path) -> int:
    here = Path(__file__).resolve()
    unused, secrets = set(ALLOWED), 0
    files = tracked(folder)
    for file in files:
        for finding in findings(file.read_bytes()):
            if finding.value not in ALLOWED:
                secrets += 1
                print(f"{file.relative_to(folder)}:{finding.line}: {finding.kind}", file=sys.stderr)
            elif file.resolve() != here:  # this file names all of them
                unused.discard(finding.value)
    if secrets:
        print(
            f"{secrets} secrets found. Revoke each that is real: whoever has the repository has "
            "it. A value that is none goes into ALLOWED of scripts/check_secrets.py.",
            file=sys.stderr,
        )
        return 1
    if folder.resolve() == here.parent.parent and unused:
        names = "; ".join(sorted(ALLOWED[value] for value in unused))
        print(f"ALLOWED of {here.name} allows what is in no file: {names}.", file=sys.stderr)
        return 1
    if not files:
        print(f"There is nothing to look at: git tracks no file in {folder}.", file=sys.stderr)
        return 1
    print(f"No secret in {len(files)} files.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)))

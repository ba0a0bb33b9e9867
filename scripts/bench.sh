#!/usr/bin/env bash
# Runs the bench with what it needs beside the tests: AWS's runtime client for Python, and curl.
# Usage: bench.sh [growth]
set -euo pipefail
cd "$(dirname "$0")/.."

command -v curl >/dev/null || { echo "curl is needed: apt-get install curl" >&2; exit 1; }
requirements=scripts/requirements-bench.txt
if ! cmp -s "$requirements" .venv/requirements-bench.txt; then
    echo "Installing into .venv: $requirements"
    .venv/bin/pip install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" .venv/requirements-bench.txt
fi
cd scripts
exec ../.venv/bin/python -m bench "$@"

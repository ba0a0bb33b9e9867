#!/usr/bin/env bash
# Runs the bench with what it needs beside the tests: AWS's runtime client for Python, a C compiler,
# curl and strace.
# Usage: bench.sh [growth]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh gcc libc6-dev curl strace
requirements=scripts/requirements-bench.txt
if ! cmp -s "$requirements" .venv/requirements-bench.txt; then
    echo "Installing into .venv: $requirements"
    .venv/bin/pip install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" .venv/requirements-bench.txt
fi
cd scripts
exec ../.venv/bin/python -m bench "$@"

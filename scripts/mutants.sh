#!/usr/bin/env bash
# Puts faults into a copy of the sources, one at a time, and looks whether the tests notice each.
# Usage: mutants.sh [NAME OF A FAULT]...
set -euo pipefail
cd "$(dirname "$0")"

exec nice -n 5 ../.venv/bin/python -m mutants "$@"

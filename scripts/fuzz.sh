#!/usr/bin/env bash
# Builds the fuzzer, in a folder of its own, and runs it on all targets or on those named.
# Usage: fuzz.sh [--runs N | --seconds N] [--growth] [TARGET]...
set -euo pipefail
cd "$(dirname "$0")/.."

SES_MAIL_FUZZ=1 swift build -c release --product Fuzz --sanitize fuzzer --scratch-path .build-fuzz \
    -Xswiftc -enable-testing
cd scripts
exec ../.venv/bin/python -m fuzz "$@"

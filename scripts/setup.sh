#!/usr/bin/env bash
# Installs what a fresh Debian machine with Swift, Terraform and Python lacks: the C libraries that
# a bootstrap and the command line link, the tools that look into a bootstrap, and for local-cloud a
# Python environment and libfaketime, by which the functions see the time of an emulated world.
# What is there already is left alone.
# Usage: setup.sh [PACKAGE]...: these packages too.
set -euo pipefail
cd "$(dirname "$0")/.."

# Targets of make run side by side, and apt-get has one lock for all.
mkdir -p build
exec {lock}>build/setup.lock
flock "$lock"

packages=(
    libcurl4-openssl-dev libssl-dev libexpat1-dev zlib1g-dev openssl pkg-config binutils shellcheck
    python3-venv libfaketime
    "$@"
)

missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null |
        grep -qx installed || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "Installing with apt-get: ${missing[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

requirements=scripts/requirements.txt
if ! cmp -s "$requirements" .venv/requirements.txt; then
    echo "Installing into .venv: $requirements"
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" .venv/requirements.txt
fi

#!/usr/bin/env bash
# Prints the version of this checkout: from git, or from the file that `git archive` fills in. A
# repository around this folder is not ours.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [[ -e $root/.git ]] && git -C "$root" describe --tags --always --dirty 2>/dev/null; then
    exit
fi
IFS='|' read -r tag commit <"$root/VERSION"
[[ $commit == *[!0-9a-f]* ]] && echo unknown || echo "${tag:-$commit}"

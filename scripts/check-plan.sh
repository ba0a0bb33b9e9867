#!/usr/bin/env bash
# Looks with checkov at what the test environment would make. It needs no account: the plan is made
# against an emulated AWS. What is left out, and why, is in terraform/.checkov.yaml.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
requirements=$root/scripts/requirements-checkov.txt
work=$root/build/terraform/checkov
venv=$work/venv
mkdir -p "$work"

if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    echo "Installing into build/terraform/checkov: $requirements"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$venv/requirements.txt"
fi

PYTHONPATH=$root/scripts "$root/.venv/bin/python" -m local_cloud.plan "$work" "$work/plan.json"

"$venv/bin/checkov" --skip-download --config-file "$root/terraform/.checkov.yaml" \
    --file "$work/plan.json" --output cli --output json \
    --output-file-path "console,$work/result.json"

# A plan in which nothing was found to look at passes too.
passed=$(grep -o '"passed": [0-9]*' "$work/result.json" | cut -d ' ' -f 2)
echo "checkov: ${passed:-no} checks passed"
((${passed:-0} >= 100))

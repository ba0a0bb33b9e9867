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

PYTHONPATH=$root/scripts "$root/.venv/bin/python" -m local_cloud.deploy.plan "$work" "$work/plan.json"

"$venv/bin/checkov" --skip-download --config-file "$root/terraform/.checkov.yaml" \
    --file "$work/plan.json" --output cli --output json \
    --output-file-path "console,$work/result.json"

# A plan in which nothing was found to look at passes too.
passed=$(grep -o '"passed": [0-9]*' "$work/result.json" | cut -d ' ' -f 2)
echo "checkov: ${passed:-no} checks passed"
((${passed:-0} >= 100))

# In a plan checkov sees no document that names what is not made yet; in the sources it sees every
# one but those whose resources a loop writes: the operator's, and the boundary of SMTP users.
for folder in "$root"/terraform/{modules/ses-mail,account}; do
    seen=$work/$(basename "$folder")-documents.json
    "$venv/bin/checkov" --skip-download --framework terraform --directory "$folder" --output json \
        --check CKV_AWS_107,CKV_AWS_108,CKV_AWS_109,CKV_AWS_110,CKV_AWS_111,CKV_AWS_356 >"$seen"
    diff <(cat "$folder"/*.tf | sed -n 's/^data "aws_iam_policy_document" "\(.*\)" {$/\1/p' |
        grep -vxE 'operator|smtp_boundary' | sort) \
        <(grep -o '"resource": "aws_iam_policy_document\.[a-z_]*' "$seen" | cut -d . -f 2 |
            sort -u) || {
        echo "checkov has not looked at every policy document of $folder (< not seen)" >&2
        exit 1
    }
done

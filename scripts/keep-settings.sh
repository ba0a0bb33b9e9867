#!/usr/bin/env bash
# Keeps a tfvars file that was applied, and the owner's beside it, in the state bucket, beside the
# state. Where it cannot, the apply has succeeded all the same: it warns.
# Usage: keep-settings.sh TFVARS test|prod|account
set -euo pipefail
tfvars=$1 environment=$2
shopt -s nullglob
bucket=
for file in "$tfvars" "$(dirname "$tfvars")"/*.auto.tfvars; do
    [[ -f $file ]] || continue # its variables came from elsewhere
    [[ -n $bucket ]] || bucket=$("$(dirname "$0")/state-bucket.sh") || bucket=
    [[ -n $bucket ]] && aws s3 cp --only-show-errors "$file" \
        "s3://$bucket/ses-mail/$environment/$(basename "$file")" ||
        echo "Warning: $file could not be kept in the state bucket." >&2
done

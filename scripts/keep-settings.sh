#!/usr/bin/env bash
# Keeps a tfvars file that was applied in the state bucket, beside the state. Where it cannot, the
# apply has succeeded all the same: it warns.
# Usage: keep-settings.sh TFVARS test|prod|account
set -euo pipefail
tfvars=$1 environment=$2
[[ -f $tfvars ]] || exit 0 # its variables came from elsewhere
bucket=$("$(dirname "$0")/state-bucket.sh") || bucket=
[[ -n $bucket ]] && aws s3 cp --only-show-errors "$tfvars" \
    "s3://$bucket/ses-mail/$environment/$(basename "$tfvars")" ||
    echo "Warning: $tfvars could not be kept in the state bucket." >&2

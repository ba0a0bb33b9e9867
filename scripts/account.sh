#!/usr/bin/env bash
# Makes or changes what the account and region have once (terraform/account). TAKE_OVER=NAME takes
# the active receipt rule set NAME, which somebody else made, into its state as it is.
set -euo pipefail
scripts=$(dirname "$0")
region=${AWS_REGION:-ap-southeast-2}
tfvars=$scripts/../terraform/account/$region.tfvars

if [[ -n ${TAKE_OVER:-} ]]; then
    active=$(aws ses describe-active-receipt-rule-set --region "$region" \
        --query Metadata.Name --output text)
    [[ $active == "$TAKE_OVER" ]] || {
        echo "The active receipt rule set of $region is ${active/#None/none}, not $TAKE_OVER:" \
            "only the active one can be taken over." >&2
        exit 3
    }
    line="receipt_rule_set = \"$TAKE_OVER\""
    if ! grep -qsFx "$line" "$tfvars"; then
        ! grep -qs '^ *receipt_rule_set *=' "$tfvars" || {
            echo "Write $line into $tfvars, which names another, and run this again." >&2
            exit 3
        }
        echo "$line" >>"$tfvars"
        echo "Wrote $line into $tfvars: keep that file." >&2
    fi
fi
"$scripts/terraform.sh" account init
"$scripts/terraform.sh" account apply

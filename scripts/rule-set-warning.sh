#!/usr/bin/env bash
# Warns of a saved plan that takes SES over: an account has one active receipt rule set in a region,
# and from the apply on mail for the domains of the one before is refused.
# Usage: rule-set-warning.sh FOLDER PLAN
set -euo pipefail
folder=$1 plan=$2

if ! activated=$(terraform -chdir="$folder" show -json "$plan" | python3 -c '
import json, sys
plan = json.load(sys.stdin)
for each in plan.get("resource_changes", []):
    change = each["change"]
    if each["type"] == "aws_ses_active_receipt_rule_set" and change["after"]:
        if change["actions"] != ["no-op"]:
            print(change["after"]["rule_set_name"], plan["variables"]["aws_region"]["value"])
'); then
    echo "Warning: whether this plan makes another receipt rule set the active one could not be" \
        "read from it." >&2
    exit 0
fi
[[ -n $activated ]] || exit 0
read -r ours region <<<"$activated"

if ! active=$(aws ses describe-active-receipt-rule-set --region "$region" \
    --query Metadata.Name --output text); then
    echo "Warning: this plan makes $ours the active receipt rule set; which one is active now" \
        "could not be read." >&2
elif [[ $active != None && $active != "$ours" ]]; then
    echo "Warning: the active receipt rule set of $region is $active. This plan makes $ours the" \
        "active one, and mail for the domains of $active is refused from then on. To have both," \
        "set join_existing_ruleset = \"$active\" in $folder/terraform.tfvars." >&2
fi

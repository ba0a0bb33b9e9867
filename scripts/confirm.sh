#!/usr/bin/env bash
# Lets a plan be carried out where show-plan has shown this very file, or where its reader agrees
# here; without a terminal YES=1 does without a reader. A new plan that nobody agreed to is deleted,
# so that the next run plans again.
# Usage: confirm.sh test|prod|local|account apply|destroy PLAN new|saved
set -euo pipefail
environment=$1 command=$2 plan=$3 origin=$4

[[ $environment != local && ${YES:-} != 1 ]] || exit 0
[[ ! -f $plan.shown || $(<"$plan.shown") != "$(sha256sum <"$plan")" ]] || exit 0
[[ $origin == saved ]] || trap 'rm -f "$plan"' EXIT

if [[ ! -t 0 ]]; then
    saving=plan
    [[ $command == apply ]] || saving="plan-destroy"
    echo "Nobody has read this plan, and there is no terminal to ask at. Run make $saving" \
        "ENV=$environment, read it with make show-plan ENV=$environment, then run make $command" \
        "ENV=$environment; or add YES=1." >&2
    exit 3
fi

folder=$(dirname "$0")/../terraform/environments/$environment
[[ $environment != account ]] || folder=$(dirname "$0")/../terraform/account
[[ $origin == new ]] || terraform -chdir="$folder" show "$plan"
read -r -p "$command this in $environment? Only yes will do: " answer || answer=
[[ $answer == yes ]] || { echo "$environment stays as it is" >&2; exit 3; }
trap - EXIT

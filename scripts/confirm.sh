#!/usr/bin/env bash
# May the plan shown just now be carried out? Asks at a terminal; elsewhere YES=1 says so. A plan
# that nobody agreed to is deleted: the next run would take it for one that was saved and read.
# Usage: confirm.sh test|prod|local apply|destroy PLAN
set -euo pipefail
environment=$1 command=$2 plan=$3

[[ $environment != local && ${YES:-} != 1 ]] || exit 0
trap 'rm -f "$plan"' EXIT

if [[ ! -t 0 ]]; then
    saving=plan
    [[ $command == apply ]] || saving="plan-destroy"
    echo "nobody has read this plan: save one with make $saving ENV=$environment, or say" \
        "make $command ENV=$environment YES=1" >&2
    exit 3
fi

read -r -p "$command this in $environment? Only yes will do: " answer || answer=
[[ $answer == yes ]] || { echo "$environment stays as it is" >&2; exit 3; }
trap - EXIT

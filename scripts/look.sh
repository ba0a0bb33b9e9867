#!/usr/bin/env bash
# Looks at the active receipt rule set when an environment is prepared. Where none is active it asks
# whether to make the account's; without a terminal it refuses.
# Usage: look.sh test|prod TFVARS
set -euo pipefail
environment=$1 tfvars=$2
scripts=$(dirname "$0")

status=0
"$scripts/plan_guard.py" look "${AWS_REGION:-ap-southeast-2}" "$environment" "$tfvars" || status=$?
((status == 4)) || exit "$status"
[[ -t 0 ]] || exit 3
read -r -p "Run make account now? Only yes will do: " answer || answer=
[[ $answer == yes ]] || exit 3
exec "$scripts/account.sh"

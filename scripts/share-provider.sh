# shellcheck shell=bash
# A function for other scripts, which `source` this file.
set -euo pipefail

# Starts the provider once for all tests, and sets $provider to its process. They mock it, so it is
# asked for its schema and to check arguments only; Terraform alone would start it six times a run,
# and a start costs more than what is asked.
# https://developer.hashicorp.com/terraform/plugin/debugging
share_provider() {
    local log=$1/../provider.log program
    program=$(find -L "$1" -type f -name 'terraform-provider-aws_*')
    : >"$log"
    "$program" -debug >"$log" 2>&1 &
    provider=$!
    trap 'kill "$provider"' EXIT
    until TF_REATTACH_PROVIDERS=$(sed -n "s/.*TF_REATTACH_PROVIDERS='\(.*\)'.*/\1/p" "$log") &&
        [[ -n $TF_REATTACH_PROVIDERS ]]; do
        kill -0 "$provider" || { cat "$log" >&2; exit 1; }
        sleep 0.1
    done
    export TF_REATTACH_PROVIDERS
}

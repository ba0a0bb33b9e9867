#!/usr/bin/env bash
# Prints the options of `terraform init`, one a line: where the state is, and the provider's mirror.
# Usage: init-options.sh test|prod|local|account KEY WORK
set -euo pipefail
environment=$1 key=$2 work=$3
scripts=$(dirname "$0")

echo -reconfigure
plugins=$("$scripts/find-plugin-dir.sh")
[[ -z $plugins ]] || echo "-plugin-dir=$plugins"
if [[ $environment == local ]]; then
    echo "-backend-config=path=$work/terraform.tfstate"
    exit
fi
state=$("$scripts/state-bucket.sh" region) # it may be another than the deployment's
read -r bucket region <<<"$state"
printf -- '-backend-config=%s\n' "bucket=$bucket" "region=$region"
[[ $environment != account ]] || echo "-backend-config=key=$key"

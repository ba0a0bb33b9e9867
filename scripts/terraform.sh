#!/usr/bin/env bash
# Runs Terraform for one environment; further arguments go to Terraform. Plans and the local state
# stay in build/terraform/ENV/; each tfvars applied is kept in the state bucket, beside the state.
set -euo pipefail

usage="usage: scripts/terraform.sh test|prod|local COMMAND [ARGUMENT...]
commands: init plan show-plan apply plan-destroy destroy outputs"
[[ $# -ge 2 && $1 =~ ^(test|prod|local)$ ]] || { echo "$usage" >&2; exit 64; }
environment=$1 command=$2 && shift 2

root=$(cd "$(dirname "$0")/.." && pwd)
folder=$root/terraform/environments/$environment work=$root/build/terraform/$environment
mkdir -p "$work"
export TF_VAR_lambda_architecture=${LAMBDA_ARCHITECTURE:-$(uname -m | sed s/aarch64/arm64/)}
export TF_IN_AUTOMATION=1 TF_INPUT=0

tf() { terraform -chdir="$folder" "$@"; }

init() {
    local options=(-reconfigure) plugins bucket region=${AWS_REGION:-ap-southeast-2}
    plugins=$("$root/scripts/find-plugin-dir.sh")
    [[ -z $plugins ]] || options+=("-plugin-dir=$plugins")
    if [[ $environment == local ]]; then
        options+=("-backend-config=path=$work/terraform.tfstate")
    else
        bucket=$("$root/scripts/state-bucket.sh")
        options+=("-backend-config=bucket=$bucket" "-backend-config=region=$region")
    fi
    tf init "${options[@]}" "$@"
}

# Applies a saved plan, or else a new one, once somebody has read it. One that fails stays.
apply() {
    local plan=$1 make_plan=$2 origin=saved && shift 2
    [[ -f $plan ]] || origin=new
    [[ $origin == saved ]] || "$make_plan"
    "$root/scripts/confirm.sh" "$environment" "$command" "$plan" "$origin"
    tf apply "$@" "$plan"
    rm -f "$plan" "$plan.shown"
    [[ $environment == local ]] || aws s3 cp --only-show-errors "$folder/terraform.tfvars" \
        "s3://$("$root/scripts/state-bucket.sh")/ses-mail/$environment/terraform.tfvars"
}

plan() {
    tf plan -out="$work/plan.tfplan" "$@"
    [[ $environment == local ]] || "$root/scripts/rule-set-warning.sh" "$folder" "$work/plan.tfplan"
}
show() { tf show "${@:2}" "$1" && sha256sum <"$1" >"$1.shown"; } # confirm.sh looks at this hash
plan_destroy() { tf plan -destroy -out="$work/destroy.tfplan" "$@"; }

case $command in
    init | plan | plan-destroy) "${command//-/_}" "$@" ;;
    show-plan) for plan in "$work"/*.tfplan; do show "$plan" "$@"; done ;;
    apply) apply "$work/plan.tfplan" plan "$@" ;;
    destroy) apply "$work/destroy.tfplan" plan_destroy "$@" ;;
    outputs) tf output "$@" ;;
    *) echo "$usage" >&2; exit 64 ;;
esac

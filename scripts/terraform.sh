#!/usr/bin/env bash
# Runs Terraform for an environment or the account. Plans and the local state stay in
# build/terraform/NAME/; settings that were applied are kept in the state bucket, beside the state.
set -euo pipefail
[[ $# -ge 2 && $1 =~ ^(test|prod|local|account)$ ]] || { echo "usage: scripts/terraform.sh" \
    "test|prod|local|account init|plan|show-plan|apply|plan-destroy|destroy|outputs" >&2; exit 64; }
environment=$1 command=$2 && shift 2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/build/terraform/$environment region=${AWS_REGION:-ap-southeast-2} settings=()
folder=$root/terraform/environments/$environment tfvars=$folder/terraform.tfvars
key=ses-mail/$environment/terraform.tfstate
if [[ $environment == account ]]; then
    folder=$root/terraform/account tfvars=$root/terraform/account/$region.tfvars
    work=$work/$region key=ses-mail/account/$region
    export TF_VAR_aws_region=$region TF_VAR_take_over=${TAKE_OVER:-} TF_DATA_DIR=$work/data
    [[ ! -f $tfvars ]] || settings=("-var-file=$tfvars")
fi
mkdir -p "$work"
export TF_IN_AUTOMATION=1 TF_INPUT=0 TF_VAR_lambda_architecture=${LAMBDA_ARCHITECTURE:-$(
    uname -m | sed s/aarch64/arm64/)}
tf() { terraform -chdir="$folder" "$@"; }

init() {
    local options && options=$("$root/scripts/init-options.sh" "$environment" "$key" "$work")
    mapfile -t options <<<"$options"
    tf init "${options[@]}" "$@"
    [[ $environment =~ ^(local|account)$ ]] || "$root/scripts/look.sh" "$environment" "$tfvars"
}

# A plan that would end a deployment's mail is refused, and not kept.
check() {
    [[ $environment == local ]] || "$root/scripts/plan_guard.py" check "$region" "$folder" "$@" ||
        { rm -f "$1"; exit 3; }
}
save() {
    tf plan "${settings[@]}" -out="$work/$1.tfplan" "${@:2}"
    check "$work/$1.tfplan" "$1"
}

# Applies a saved plan, or else a new one, once somebody has read it. One that fails stays.
apply() {
    local plan=$work/$1.tfplan origin=saved
    if [[ -f $plan ]]; then check "$plan" "$1"; else origin=new && save "$@"; fi
    "$root/scripts/confirm.sh" "$environment" "$command" "$plan" "$origin"
    tf apply "$plan"
    rm -f "$plan" "$plan.shown"
    [[ $environment == local ]] || "$root/scripts/keep-settings.sh" "$tfvars" "$environment"
}
show() { tf show "${@:2}" "$1" && sha256sum <"$1" >"$1.shown"; } # confirm.sh looks at this hash
case $command in
    init) init "$@" ;;
    plan) save plan "$@" ;;
    plan-destroy) save destroy -destroy "$@" ;;
    show-plan) for plan in "$work"/*.tfplan; do show "$plan" "$@"; done ;;
    apply) apply plan "$@" ;;
    destroy) apply destroy -destroy "$@" ;;
    outputs) tf output "$@" ;;
    *) exec "$0" ;;
esac

#!/usr/bin/env bash
# Runs Terraform for one environment; further arguments go to Terraform. Plans, and what init fetched,
# are kept in build/terraform/ENV/, the local environment's state too.
set -euo pipefail

usage="usage: scripts/terraform.sh test|prod|local init|plan|show-plan|apply|plan-destroy|destroy|outputs [ARGUMENT...]"
[[ $# -ge 2 && $1 =~ ^(test|prod|local)$ ]] || { echo "$usage" >&2; exit 64; }
environment=$1 command=$2
shift 2

root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/build/terraform/$environment
plan=$work/plan.tfplan destroy_plan=$work/destroy.tfplan
mkdir -p "$work"
export TF_DATA_DIR=${TF_DATA_DIR:-$work/data} TF_IN_AUTOMATION=1 TF_INPUT=0

machine=$(uname -m)
export TF_VAR_lambda_architecture=${LAMBDA_ARCHITECTURE:-${machine/aarch64/arm64}}

tf() { terraform -chdir="$root/terraform/environments/$environment" "$@"; }

# Prints the bucket of the account's states; makes it when it is not there.
state_bucket() {
    local account bucket region=$1 location=()
    account=$(aws sts get-caller-identity --query Account --output text)
    bucket=terraform-state-$account
    if ! aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
        [[ $region == us-east-1 ]] || location=(--create-bucket-configuration "LocationConstraint=$region")
        aws s3api create-bucket --bucket "$bucket" --region "$region" "${location[@]}" >/dev/null
        aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
        aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
            BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
    fi
    echo "$bucket"
}

init() {
    local options=(-reconfigure) plugins bucket region=${AWS_REGION:-ap-southeast-2}
    plugins=$("$root/scripts/find-plugin-dir.sh")
    [[ -z $plugins ]] || options+=("-plugin-dir=$plugins")
    if [[ $environment == local ]]; then
        options+=("-backend-config=path=$work/terraform.tfstate")
    else
        bucket=$(state_bucket "$region")
        options+=("-backend-config=bucket=$bucket" "-backend-config=region=$region")
    fi
    tf init "${options[@]}" "$@"
}

case $command in
    init) init "$@" ;;
    plan) tf plan -out="$plan" "$@" ;;
    show-plan) tf show "$@" "$plan" ;;
    apply) [[ -f $plan ]] || tf plan -out="$plan"; tf apply "$@" "$plan"; rm "$plan" ;;
    plan-destroy) tf plan -destroy -out="$destroy_plan" "$@" ;;
    destroy) [[ -f $destroy_plan ]] || tf plan -destroy -out="$destroy_plan"; tf apply "$@" "$destroy_plan"; rm "$destroy_plan" ;;
    outputs) tf output "$@" ;;
    *) echo "$usage" >&2; exit 64 ;;
esac

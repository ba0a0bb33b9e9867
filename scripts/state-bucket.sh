#!/usr/bin/env bash
# Prints the bucket that holds the account's Terraform states, with `region` also where it is, and
# makes it when it is not there. A bucket that it did not make is left as it is.
set -euo pipefail

export AWS_REGION=${AWS_REGION:-ap-southeast-2}
export AWS_DEFAULT_REGION=$AWS_REGION # the older command line reads this one only

caller=$(aws sts get-caller-identity --query '[Account,Arn]' --output text)
read -r account arn <<<"$caller"
bucket=terraform-state-$account

# Anybody may have taken the name: our state must not go into another account's bucket.
of_bucket() {
    local action=$1 && shift
    aws s3api "$action" --bucket "$bucket" --expected-bucket-owner "$account" "$@"
}
tag() { of_bucket put-bucket-tagging --tagging "TagSet=[{Key=ses-mail,Value=$1}]"; }

if ! refusal=$(of_bucket head-bucket 2>&1 >/dev/null); then
    case $refusal in
        *"(404)"*) ;;
        *"(403)"*)
            echo "bucket $bucket is another account's, or you lack s3:ListBucket on it:" \
                "ask whoever administers account $account" >&2
            exit 3
            ;;
        *) echo "$refusal" >&2 && exit 1 ;;
    esac
    echo "making bucket $bucket" >&2
    location=(--create-bucket-configuration "LocationConstraint=$AWS_REGION")
    [[ $AWS_REGION != us-east-1 ]] || location=() # the one region that must not be named
    aws s3api create-bucket --bucket "$bucket" "${location[@]}" >/dev/null
    tag making
fi

# A run that was cut short here is completed by the next; nothing is changed after that.
if [[ $(of_bucket get-bucket-tagging --output text 2>/dev/null) == *$'\tses-mail\tmaking' ]]; then
    "$(dirname "$0")/protect-bucket.sh" "$bucket" "$account" "$(cut -d : -f 2 <<<"$arn")"
    tag made
fi

[[ ${1:-} == region ]] || { echo "$bucket" && exit; }
region=$(of_bucket get-bucket-location --query LocationConstraint --output text)
echo "$bucket ${region/#None/us-east-1}"

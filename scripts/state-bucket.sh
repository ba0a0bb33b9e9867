#!/usr/bin/env bash
# Prints the bucket that holds the account's Terraform states, and makes it when it is not there.
set -euo pipefail

export AWS_REGION=${AWS_REGION:-ap-southeast-2}
export AWS_DEFAULT_REGION=$AWS_REGION # the older command line reads this one only

account=$(aws sts get-caller-identity --query Account --output text)
bucket=terraform-state-$account

# Anybody may have taken the name: our state must not go into another account's bucket.
of_bucket() {
    local action=$1 && shift
    aws s3api "$action" --bucket "$bucket" --expected-bucket-owner "$account" "$@"
}

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
fi

# Each time, not only for a new bucket: a first run may have been cut short here.
of_bucket put-bucket-versioning --versioning-configuration Status=Enabled
of_bucket put-bucket-encryption --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
of_bucket put-public-access-block --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true

echo "$bucket"

#!/usr/bin/env bash
# Prints the bucket that holds the account's Terraform states, and makes it when it is not there.
set -euo pipefail

export AWS_REGION=${AWS_REGION:-ap-southeast-2}
export AWS_DEFAULT_REGION=$AWS_REGION # the older command line reads this one only

account=$(aws sts get-caller-identity --query Account --output text)
bucket=terraform-state-$account

if ! aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
    echo "making bucket $bucket" >&2
    location=(--create-bucket-configuration "LocationConstraint=$AWS_REGION")
    [[ $AWS_REGION != us-east-1 ]] || location=() # the one region that must not be named
    aws s3api create-bucket --bucket "$bucket" "${location[@]}" >/dev/null
fi

# Each time, not only for a new bucket: a first run may have been cut short here.
aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true

echo "$bucket"

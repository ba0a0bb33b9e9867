#!/usr/bin/env bash
# Protects a new state bucket: versions, encryption, no public access, TLS only, old versions
# expire. Usage: protect-bucket.sh BUCKET ACCOUNT PARTITION
set -euo pipefail
bucket=$1 account=$2 partition=$3

of_bucket() {
    local action=$1 && shift
    aws s3api "$action" --bucket "$bucket" --expected-bucket-owner "$account" "$@" >/dev/null
}

of_bucket put-bucket-versioning --versioning-configuration Status=Enabled
of_bucket put-bucket-encryption --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
of_bucket put-public-access-block --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
of_bucket put-bucket-policy --policy '{"Version":"2012-10-17","Statement":[{"Sid":"TLSOnly",
    "Effect":"Deny","Principal":"*","Action":"s3:*",
    "Resource":["arn:'"$partition:s3:::$bucket"'","arn:'"$partition:s3:::$bucket"'/*"],
    "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
of_bucket put-bucket-lifecycle-configuration --lifecycle-configuration '{"Rules":[{
    "ID":"expire-old-versions","Status":"Enabled","Filter":{"Prefix":""},
    "NoncurrentVersionExpiration":{"NoncurrentDays":365,"NewerNoncurrentVersions":20}}]}'

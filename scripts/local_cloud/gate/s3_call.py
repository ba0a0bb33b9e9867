"""Which S3 operation does this method, path and query mean (path style)?

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from typing import Any
from urllib.parse import parse_qsl, unquote

OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
BUCKET = {
    "GET": "ListObjectsV2",
    "HEAD": "HeadBucket",
    "PUT": "CreateBucket",
    "DELETE": "DeleteBucket",
}
MEMBERS = {"prefix": "Prefix", "continuation-token": "ContinuationToken"}
PLAIN = {
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "marker",
    "start-after",
    "fetch-owner",
    "continuation-token",
    "encoding-type",
    "x-id",
    "versionId",
}


def s3_operation(method: str, path: str, query: str) -> tuple[str, dict[str, Any]]:
    bucket, _, key = path.lstrip("/").partition("/")
    arguments = dict(parse_qsl(query, keep_blank_values=True))
    parameters: dict[str, Any] = {"Bucket": unquote(bucket), "Key": unquote(key)}
    for name, member in MEMBERS.items():
        if name in arguments:
            parameters[member] = arguments[name]
    special = sorted(set(arguments) - PLAIN)
    if special:
        return f"{method.title()}{special[0]}", parameters  # a sub-resource: for operators only
    if not bucket:
        return "ListBuckets", parameters
    return (OBJECT if key else BUCKET).get(method, ""), parameters

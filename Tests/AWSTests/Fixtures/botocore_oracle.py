"""Signs with botocore what comes as JSON lines, and answers each step of it as a JSON line."""

import base64
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def answer(case: dict) -> dict:
    token = case.get("sessionToken")
    credentials = Credentials(case["accessKeyID"], case["secretAccessKey"], token)
    signer = botocore.auth.S3SigV4Auth if case["isS3"] else botocore.auth.SigV4Auth
    auth = signer(credentials, case["service"], case["region"])
    now = datetime.datetime.strptime(case["timestamp"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda: now.replace(tzinfo=datetime.timezone.utc)
    request = AWSRequest(case["method"], case["url"], data=base64.b64decode(case["body"]))
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    auth.add_auth(request)
    authorization = request.headers["Authorization"]
    # botocore would sign the signature too.
    del request.headers["Authorization"]
    canonical = auth.canonical_request(request)
    text = auth.string_to_sign(request, canonical)
    return {
        "canonicalRequest": canonical,
        "stringToSign": text,
        "signature": auth.signature(text, request),
        "authorization": authorization,
    }


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), sort_keys=True))

"""The SMTP password of a key, and the password in a row.

By hand, because it judges the code under test independently. Written from AWS's page.
https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
"""

import base64
import hmac
import json

from local_cloud.connection.aws import Cloud

DATE, SERVICE, TERMINAL, MESSAGE = "11111111", "ses", "aws4_request", "SendRawEmail"
VERSION = b"\x04"


def smtp_password(secret_access_key: str, region: str) -> str:
    signature = f"AWS4{secret_access_key}".encode()
    for text in (DATE, region, SERVICE, TERMINAL, MESSAGE):
        signature = hmac.digest(signature, text.encode(), "sha256")
    return base64.b64encode(VERSION + signature).decode()


def decrypted(cloud: Cloud, key: str, encrypted_password: str) -> dict[str, str]:
    """The password as the manual reads it: decode, `aws kms decrypt`, read the JSON."""
    answer = cloud.client("kms").decrypt(
        KeyId=key, CiphertextBlob=base64.b64decode(encrypted_password, validate=True)
    )
    document: dict[str, str] = json.loads(answer["Plaintext"])
    return document

"""A refusal in the words and the protocol of each service.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import json
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from local_cloud.gate.signature import Fault

JSON_CODES = {
    Fault.MISSING: (400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
    Fault.INCOMPLETE: (
        400,
        "IncompleteSignatureException",
        "Authorization header requires 'Credential', 'Signature', 'SignedHeaders' and a date.",
    ),
    Fault.UNKNOWN_KEY: (
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    Fault.BAD_TOKEN: (
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    Fault.EXPIRED_TOKEN: (
        400,
        "ExpiredTokenException",
        "The security token included in the request is expired",
    ),
    Fault.SKEWED: (400, "InvalidSignatureException", "Signature expired or not yet current"),
    Fault.PAYLOAD: (400, "InvalidSignatureException", "The payload hash does not match"),
    Fault.SIGNATURE: (
        400,
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided.",
    ),
}
QUERY_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "ExpiredTokenException": "ExpiredToken",
    "AccessDeniedException": "AccessDenied",
    "ValidationException": "ValidationError",
}
S3_CODES = {
    Fault.MISSING: (403, "AccessDenied"),
    Fault.INCOMPLETE: (400, "AuthorizationHeaderMalformed"),
    Fault.UNKNOWN_KEY: (403, "InvalidAccessKeyId"),
    Fault.BAD_TOKEN: (400, "InvalidToken"),
    Fault.EXPIRED_TOKEN: (400, "ExpiredToken"),
    Fault.SKEWED: (403, "RequestTimeTooSkewed"),
    Fault.PAYLOAD: (400, "XAmzContentSHA256Mismatch"),
    Fault.SIGNATURE: (403, "SignatureDoesNotMatch"),
}


@dataclass(frozen=True)
class Refusal:
    """A refusal, before it is written in the protocol of the service."""

    status: int
    code: str
    message: str

    def encoded(self, protocol: str) -> tuple[int, dict[str, str], bytes]:
        identifier = str(uuid.uuid4())
        if protocol == "rest-xml":
            body = (
                f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{self.code}</Code>'
                f"<Message>{escape(self.message)}</Message>"
                f"<RequestId>{identifier}</RequestId></Error>"
            )
            return (
                self.status,
                {"Content-Type": "application/xml", "x-amz-request-id": identifier},
                body.encode(),
            )
        if protocol == "query":
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{self.code}</Code>"
                f"<Message>{escape(self.message)}</Message></Error>"
                f"<RequestId>{identifier}</RequestId></ErrorResponse>"
            )
            return (
                self.status,
                {"Content-Type": "text/xml", "x-amzn-RequestId": identifier},
                body.encode(),
            )
        body = json.dumps({"__type": self.code, "message": self.message})
        return (
            self.status,
            {
                "Content-Type": "application/x-amz-json-1.0",
                "x-amzn-ErrorType": self.code,
                "x-amzn-RequestId": identifier,
            },
            body.encode(),
        )


def of_signature(fault: Fault, protocol: str, detail: str) -> Refusal:
    status, code, message = JSON_CODES[fault]
    if detail:
        message = f"{message} ({detail})"
    if protocol == "rest-xml":
        status, code = S3_CODES[fault]
    elif protocol == "query":
        status, code = 403, QUERY_CODES[code]
    elif protocol == "rest-json":
        status = 403
    return Refusal(status, code, message)


def of_permission(protocol: str, message: str) -> Refusal:
    if protocol in ("query", "rest-xml"):
        return Refusal(403, "AccessDenied", message)
    return Refusal(403 if protocol == "rest-json" else 400, "AccessDeniedException", message)


def of_parameter(protocol: str, code: str, message: str) -> Refusal:
    if protocol == "query":
        code = QUERY_CODES.get(code, code)
    return Refusal(400, code, message)

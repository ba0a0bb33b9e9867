"""The check of a request's signature (version 4) against the bytes that came.

By hand, because botocore would judge the signatures that it makes itself, and moto refuses valid
ones of S3, Lambda, SES and Pipes. Written from the specification.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import quote, unquote

from local_cloud.gate.raw_request import RawRequest

ALGORITHM = "AWS4-HMAC-SHA256"
MAXIMUM_SKEW_SECONDS = 900


class Fault(Enum):
    """The kinds of wrong signatures."""

    MISSING = "no signature"
    INCOMPLETE = "the Authorization header is incomplete"
    UNKNOWN_KEY = "the access key is unknown or inactive"
    BAD_TOKEN = "the session token is not the one of this key"
    EXPIRED_TOKEN = "the session has expired"
    SKEWED = "the date is too far from the server's"
    PAYLOAD = "the payload does not have the hash that was signed"
    SIGNATURE = "the signature is not the one computed here"


@dataclass(frozen=True)
class Secret:
    """What belongs to an access key: its secret and, for a session, its token."""

    secret_key: str
    session_token: str | None = None
    has_ended: bool = False


@dataclass(frozen=True)
class Refused(Exception):
    """The signature is wrong: which fault, and details."""

    fault: Fault
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.fault.value}: {self.detail}" if self.detail else self.fault.value


def check(request: RawRequest, secret: Secret | None, now: datetime) -> None:
    """Raises `Refused` unless the request is signed with the secret."""
    authorization = request.headers.get("authorization", "")
    if not authorization:
        raise Refused(Fault.MISSING)
    if not authorization.startswith(ALGORITHM + " ") or request.credential is None:
        raise Refused(Fault.INCOMPLETE)
    if secret is None:
        raise Refused(Fault.UNKNOWN_KEY)
    parts = authorization_parts(authorization)
    signed = parts.get("SignedHeaders", "").split(";")
    check_token(request, secret)
    check_signed_headers(request, signed)
    check_date(request, now)
    payload_hash = check_payload(request)
    canonical = canonical_request(request, signed, payload_hash)
    if not hmac.compare_digest(signature(request, secret, canonical), parts.get("Signature", "")):
        raise Refused(Fault.SIGNATURE, f"canonical request here: {canonical!r}")


def authorization_parts(authorization: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in authorization[len(ALGORITHM) :].split(","))
    return {name: value for name, _, value in pairs}


def check_signed_headers(request: RawRequest, signed: list[str]) -> None:
    if "host" not in signed:
        raise Refused(Fault.SIGNATURE, "host is not signed")
    if signed != sorted(signed):
        raise Refused(Fault.SIGNATURE, "the signed headers are not sorted")
    for name in request.headers:
        if name.startswith("x-amz-") and name not in signed:
            raise Refused(Fault.SIGNATURE, f"{name} is not signed")


def check_token(request: RawRequest, secret: Secret) -> None:
    given = request.headers.get("x-amz-security-token")
    if given != secret.session_token:
        raise Refused(Fault.BAD_TOKEN)
    if secret.has_ended:
        raise Refused(Fault.EXPIRED_TOKEN)


def check_date(request: RawRequest, now: datetime) -> None:
    text = request.headers.get("x-amz-date", "")
    try:
        date = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(Fault.INCOMPLETE, "x-amz-date is missing or malformed") from None
    if request.credential is not None and request.credential[1] != text[:8]:
        raise Refused(Fault.SIGNATURE, "the date in the scope is not that of x-amz-date")
    if abs((date - now).total_seconds()) > MAXIMUM_SKEW_SECONDS:
        raise Refused(Fault.SKEWED, f"{text}, and here it is {now:%Y%m%dT%H%M%SZ}")


def check_payload(request: RawRequest) -> str:
    actual = hashlib.sha256(request.body).hexdigest()
    claimed = request.headers.get("x-amz-content-sha256")
    if claimed is None:
        if is_s3(request):
            raise Refused(Fault.INCOMPLETE, "S3 needs x-amz-content-sha256")
        return actual
    if claimed == "UNSIGNED-PAYLOAD" or claimed.startswith("STREAMING-"):
        return claimed
    if claimed != actual:
        raise Refused(Fault.PAYLOAD, f"hash here: {actual}")
    return claimed


def is_s3(request: RawRequest) -> bool:
    return request.credential is not None and request.credential[3] == "s3"


def canonical_request(request: RawRequest, signed: list[str], payload_hash: str) -> str:
    path = request.path or "/"
    if not is_s3(request):
        path = quote(path, safe="/-_.~")  # all but S3 encode the encoded path once more
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed
    )
    return "\n".join(
        [
            request.method,
            path,
            canonical_query(request.query),
            headers,
            ";".join(signed),
            payload_hash,
        ]
    )


def canonical_query(query: str) -> str:
    pairs = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def signature(request: RawRequest, secret: Secret, canonical: str) -> str:
    assert request.credential is not None
    _, date, region, service = request.credential
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    scope = f"{date}/{region}/{service}/aws4_request"
    to_sign = "\n".join([ALGORITHM, request.headers["x-amz-date"], scope, digest])
    key = ("AWS4" + secret.secret_key).encode()
    for piece in (date, region, service, "aws4_request"):
        key = hmac.new(key, piece.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()

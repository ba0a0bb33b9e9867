"""The door in front of moto: every request passes the gate, one at a time, or is refused.

`/_local/…` are our own routes (unsigned); everything else is AWS.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from local_cloud.additions import message_moves
from local_cloud.additions.cloudwatch import WATCH
from local_cloud.clock.activity import ACTIVITY
from local_cloud.connection.exchange import Asked
from local_cloud.gate import (
    boundaries,
    permissions,
    principals,
    receipt_rule,
    refusal,
    signature,
    validation,
    wsgi,
)
from local_cloud.gate.answer import Answer
from local_cloud.gate.api_call import ApiCall, understand
from local_cloud.gate.boundaries import within
from local_cloud.gate.policy import Request, Verdict, evaluate
from local_cloud.gate.raw_request import RawRequest
from local_cloud.gate.recording import Recording
from local_cloud.rights.call_record import RECORD
from local_cloud.rights.usage import USAGE
from local_cloud.weather.layer import WEATHER

INVOKE_TIMEOUT_SECONDS = 905
DEPLOYING = ("lambda", "pipes")


class Door:
    """Judges each request, passes it on to moto or refuses it."""

    def __init__(self, moto: wsgi.Application, local: Callable[[RawRequest], Answer]) -> None:
        self._moto = moto
        self.recording = Recording()
        self._local = local
        self.host_url: str | None = None
        self.refusals: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Answer:
        request = RawRequest.of(asked)
        if asked.is_truncated:
            return 413, {}, b""
        if request.path.startswith("/_local/"):
            with ACTIVITY.condition:
                ACTIVITY.clock.keep_published()
                WATCH.catch_up()
                return self._local(request)
        with ACTIVITY.condition:
            ACTIVITY.clock.keep_published()
            WATCH.catch_up()
            call = understand(request)
            denial = self.judge(request, call)
            if denial is not None:
                if not asked.is_greeting and not WEATHER.was_unheard(request, call):
                    self.note_refusal(call, denial)
                return denial.encoded(call.protocol)

        def perform(request: RawRequest) -> Answer:
            if call.service == "lambda" and call.operation == "Invoke":
                return self.invoke(request, call)
            with ACTIVITY.condition:
                return self.pass_on(request, call)

        return WEATHER.around(request, call, perform)

    def note_refusal(self, call: ApiCall, denial: refusal.Refusal) -> None:
        self.refusals.append(
            {
                "at": ACTIVITY.clock.now(),
                "service": call.service,
                "operation": call.operation,
                "code": denial.code,
                "message": denial.message,
            }
        )

    def judge(self, request: RawRequest, call: ApiCall) -> refusal.Refusal | None:
        credential = request.credential
        principal = principals.find(credential[0]) if credential else None
        try:
            signature.check(request, principal.secret if principal else None, now_of(principal))
        except signature.Refused as refused:
            return refusal.of_signature(refused.fault, call.protocol, refused.detail)
        assert principal is not None
        denial = permission_problem(principal, call)
        if (
            denial is not None
            and principal.owner is not None
            and not WEATHER.was_unheard(request, call)
        ):
            RECORD.refused(principal.owner, denial.message)
        problem = denial or validation.problem(call) or receipt_rule.problem(call)
        if problem is None and principal.owner is not None:
            for needed in requests_of(call):
                USAGE.note(principal.owner, principal.documents, needed)
        return problem

    def pass_on(self, request: RawRequest, call: ApiCall) -> Answer:
        if call.service == "sqs":
            message_moves.go_on()
        answer = self.recording.around(request, call, lambda asked: wsgi.ask(self._moto, asked))
        if call.service in DEPLOYING and request.method != "GET":
            ACTIVITY.note_deployment()
        return answer

    def pass_on_again(self, request: RawRequest) -> Answer:
        """Passes on a call that was judged when it was recorded."""
        return self.pass_on(request, understand(request))

    def invoke(self, request: RawRequest, call: ApiCall) -> Answer:
        """An invocation, which goes to the host instead of moto.

        https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
        """
        name = unquote(str(call.parameters["FunctionName"])).rpartition(":function:")[2]
        if self.host_url is None:
            return refusal.Refusal(
                503, "ServiceUnavailableException", "no Lambda host is running"
            ).encoded("rest-json")
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        trace = request.headers.get("x-amzn-trace-id", "")
        forwarded = HttpRequest(
            f"{self.host_url}/invoke/{name}",
            data=request.body,
            method="POST",
            headers={
                "X-Amz-Invocation-Type": kind,
                "X-Amzn-Trace-Id": trace,
                "X-Amz-Log-Type": request.headers.get("x-amz-log-type", "None"),
            },
        )
        try:
            with urlopen(forwarded, timeout=INVOKE_TIMEOUT_SECONDS) as response:
                headers = {k: v for k, v in response.headers.items() if k.startswith("X-Amz")}
                return response.status, headers, response.read()
        except OSError as error:
            return refusal.Refusal(
                404, "ResourceNotFoundException", f"Function not found: {name} ({error})"
            ).encoded("rest-json")


def now_of(principal: principals.Principal | None) -> datetime:
    """The clock by which the caller signs: the administrator is outside the world."""
    is_outside = principal is not None and principal.is_administrator
    return datetime.fromtimestamp(time.time() if is_outside else ACTIVITY.clock.now(), UTC)


def permission_problem(principal: principals.Principal, call: ApiCall) -> refusal.Refusal | None:
    if principal.is_administrator:
        return None
    if not call.operation:
        return refusal.of_permission(call.protocol, "the operation is unknown here")
    if (call.service, call.operation) == ("sts", "GetCallerIdentity"):
        return None
    for request in permissions.needed(call):
        verdict = judge_one(principal, call, request)
        if verdict is not Verdict.ALLOW:
            because = boundaries.reason(principal.documents, principal.boundary, request, verdict)
            return refusal.of_permission(
                call.protocol,
                f"User: {principal.arn} is not authorized to perform: {request.action} on "
                f"resource: {request.resource} {because}",
            )
    if hides_absence(principal, call):
        return refusal.of_permission(call.protocol, "Access Denied")
    return None


def requests_of(call: ApiCall) -> list[Request]:
    """The permissions that an allowed call has used."""
    listing = [listing_of(call)] if is_about_absence(call) else []
    return permissions.needed(call) + listing


def hides_absence(principal: principals.Principal, call: ApiCall) -> bool:
    """Whether S3 denies instead of reporting a missing object, as it does to callers that may not
    list the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    if not is_about_absence(call):
        return False
    verdict = within(principal.documents, principal.boundary, listing_of(call))
    return verdict is not Verdict.ALLOW


def is_about_absence(call: ApiCall) -> bool:
    if call.service != "s3" or call.operation not in ("GetObject", "HeadObject"):
        return False
    return not principals.object_exists(call.parameters["Bucket"], call.parameters["Key"])


def listing_of(call: ApiCall) -> Request:
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    return Request("s3:ListBucket", bucket, {"aws:SecureTransport": ["true"]})


def judge_one(principal: principals.Principal, call: ApiCall, request: Request) -> Verdict:
    verdict = within(principal.documents, principal.boundary, request)
    if call.service == "s3":
        policy = principals.bucket_policy(call.parameters.get("Bucket", ""))
        if policy is not None:
            asked = Request(request.action, request.resource, request.context, principal.arn)
            if evaluate([policy], asked) is Verdict.EXPLICIT_DENY:
                return Verdict.EXPLICIT_DENY
    return verdict

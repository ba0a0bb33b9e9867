"""How a service says that it is too busy or has failed: its own codes, from botocore's models.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import re
from random import Random
from typing import Any

from botocore.retries.standard import ThrottledRetryableChecker

from local_cloud.gate.api_call import ApiCall, service_model
from local_cloud.gate.refusal import Refusal

# The codes that every SDK takes for throttling, without those that mean something else in our
# services.
THROTTLING = {*ThrottledRetryableChecker._THROTTLED_ERROR_CODES} - {
    "LimitExceededException",
    "TransactionInProgressException",
}
FAILING = re.compile(r"Internal|ServiceFailure|ServiceUnavailable|ServiceException$")
BUSY = "Rate exceeded"


class AnswerLost(ConnectionError):
    """The connection ends without an answer."""


def throttled(call: ApiCall, chance: Random) -> Refusal:
    if call.service == "s3":
        return Refusal(503, "SlowDown", "Please reduce your request rate.")
    shapes = [
        shape
        for shape in errors(call)
        if shape.name in THROTTLING or shape.error_code in THROTTLING
    ]
    if shapes:
        shape = chance.choice(shapes)
        return Refusal(status_of(shape, 400), shape.error_code, BUSY)
    if call.protocol == "rest-json":
        return Refusal(429, "TooManyRequestsException", BUSY)
    return Refusal(400, "Throttling" if call.protocol == "query" else "ThrottlingException", BUSY)


def failed(call: ApiCall, chance: Random) -> Refusal:
    if call.service == "s3":
        return chance.choice(
            [
                Refusal(500, "InternalError", "We encountered an internal error."),
                Refusal(503, "ServiceUnavailable", "Please reduce your request rate."),
            ]
        )
    found = [
        Refusal(status_of(shape, 500), shape.error_code, "Internal error.")
        for shape in errors(call)
        if FAILING.search(shape.name) and status_of(shape, 500) >= 500
    ]
    common = [
        Refusal(500, "InternalFailure", "The request processing has failed."),
        Refusal(503, "ServiceUnavailable", "The service is unavailable."),
    ]
    return chance.choice(found or common)


def errors(call: ApiCall) -> list[Any]:
    model = service_model(call.service)
    if model is None or call.operation not in model.operation_names:
        return []
    return list(model.operation_model(call.operation).error_shapes)


def status_of(shape: Any, otherwise: int) -> int:
    return int(shape.metadata.get("error", {}).get("httpStatusCode", otherwise))

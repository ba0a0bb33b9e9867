"""The Runtime API as a stand-in function needs it; pasted in front of each by `package`."""

import json
import os
import traceback
import urllib.request
from collections.abc import Callable
from typing import Any

os.environ["AWS_CA_BUNDLE"] = os.environ.get("SSL_CERT_FILE", "")  # what boto3 reads
API = f"http://{os.environ.get('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime/invocation"


def run(handle: Callable[[Any], Any]) -> None:
    while True:
        with urllib.request.urlopen(f"{API}/next") as response:
            request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            event = json.load(response)
        try:
            verb, answer = "response", handle(event)
        except Exception as error:
            traceback.print_exc()
            verb, answer = (
                "error",
                {
                    "errorType": "Function.HandlerError",
                    "errorMessage": repr(error),
                    "stackTrace": [],
                },
            )
        body = json.dumps(answer).encode()
        urllib.request.urlopen(f"{API}/{request_id}/{verb}", data=body).close()

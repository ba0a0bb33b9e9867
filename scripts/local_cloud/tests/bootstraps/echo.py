"""A function that answers its event; environment and event can make it misbehave."""

import json
import os
import sys
import threading
import time
import urllib.request

API = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"


def post(path: str, body: bytes, **headers: str) -> int:
    request = urllib.request.Request(f"{API}/{path}", data=body, headers=headers)
    with urllib.request.urlopen(request) as response:
        return int(response.status)


def handle(event: object) -> object:
    return {"event": event, "pid": os.getpid(), "now": time.time()}


def main() -> None:
    if os.environ.get("FAIL_INIT"):
        body = json.dumps({"errorType": "Runtime.InitError", "errorMessage": "no such variable"})
        post(
            "init/error",
            body.encode(),
            **{"Lambda-Runtime-Function-Error-Type": "Runtime.InitError"},
        )
        sys.exit(1)
    while True:
        with urllib.request.urlopen(f"{API}/invocation/next") as response:
            request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            event = json.load(response)
        do = event.get("do") if isinstance(event, dict) else None
        print(
            json.dumps({"level": "INFO", "message": "got event", "requestId": request_id}),
            flush=True,
        )
        if do == "exit":
            os._exit(7)
        if do == "hang":
            threading.Event().wait(60)
        if do == "eat":
            hoard = bytearray(300 * 1024 * 1024)
            hoard[::4096] = b"x" * len(hoard[::4096])
        if do == "fail":
            post(
                f"invocation/{request_id}/error",
                b'{"errorType":"X","errorMessage":"no"}',
                **{"Lambda-Runtime-Function-Error-Type": event.get("type", "Function.BadEvent")},
            )
            continue
        answer = json.dumps(handle(event)).encode()
        if do == "large":
            answer = b'"' + b"x" * (6 * 1024 * 1024 + 101) + b'"'
        try:
            post(f"invocation/{request_id}/response", answer)
        except urllib.error.HTTPError as error:
            print(f"refused with {error.code}", flush=True)


if __name__ == "__main__":
    main()

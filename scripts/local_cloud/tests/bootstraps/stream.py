"""A stand-in for a stream's function: writes down its records, fails those that are called bad."""

import os
from pathlib import Path
from typing import Any

from local_cloud.tests.bootstraps.runtime import run


def handle(event: dict[str, Any]) -> dict[str, Any]:
    with Path(os.environ["SEEN"]).open("a") as seen:
        for record in event["Records"]:
            name = record["dynamodb"]["Keys"]["SK"]["S"]
            identity = record.get("userIdentity", {}).get("principalId", "")
            seen.write(f"{record['eventName']} {name} {identity}".strip() + "\n")
            if name == "worse":
                raise RuntimeError("a bad day")
            if name == "bad":
                return {
                    "batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]
                }
    return {"batchItemFailures": []}


if __name__ == "__main__":
    run(handle)

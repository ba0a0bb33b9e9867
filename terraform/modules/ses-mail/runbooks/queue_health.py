"""Says how deep every queue is, and which is not well. Runs inside Systems Manager."""

from typing import Any

import boto3

COUNTS = {
    "visible": "ApproximateNumberOfMessages",
    "inFlight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


def script_handler(events: dict[str, Any], context: Any) -> dict[str, Any]:
    sqs = boto3.client("sqs")
    most = int(events["MaxDepth"])
    queues = [look(sqs, url) for url in events["QueueUrls"]]
    dead_letters = [look(sqs, url) for url in events["DLQUrls"]]
    problems = [
        f"{queue['name']} holds {queue['visible']} messages that nobody has taken"
        for queue in queues
        if queue["visible"] > most
    ] + [
        f"{queue['name']} holds {queue['visible'] + queue['inFlight']} messages that failed"
        for queue in dead_letters
        if queue["visible"] + queue["inFlight"] > 0
    ]
    return {
        "status": "UNHEALTHY" if problems else "HEALTHY",
        "problems": problems,
        "queues": queues + dead_letters,
    }


def look(sqs: Any, url: str) -> dict[str, Any]:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS.values()))
    counts = {key: int(answer["Attributes"][name]) for key, name in COUNTS.items()}
    return {"name": url.rpartition("/")[2], **counts}

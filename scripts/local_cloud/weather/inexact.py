"""A queue's numbers as SQS reports them: approximate.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

import json
from random import Random

from local_cloud.gate.answer import Answer, with_body
from local_cloud.gate.api_call import ApiCall


def tells_numbers(call: ApiCall) -> bool:
    return (call.service, call.operation, call.protocol) == ("sqs", "GetQueueAttributes", "json")


def approximate(answer: Answer, chance: Random) -> Answer:
    """Each number off by a quarter and one, at most."""
    if answer[0] != 200:
        return answer
    document = json.loads(answer[2])
    attributes = document.get("Attributes", {})
    for name in attributes:
        if name.startswith("ApproximateNumberOf"):
            number = int(attributes[name])
            off = 1 + number // 4
            attributes[name] = str(max(0, number + chance.randint(-off, off)))
    return with_body(answer, json.dumps(document).encode())

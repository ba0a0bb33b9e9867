"""The loopback addresses of the emulated AWS and Google.

Each host has an address of its own, so that a program opens a connection to each, as it does with
the real ones. All hosts of AWS listen on one port, and so do Google's.
"""

import errno
import socket

LOOPBACK = "127.0.0.1"
CLOUD = LOOPBACK  # every service of AWS, for clients with one endpoint
SERVICES = {
    "dynamodb": "127.0.0.2",
    "s3": "127.0.0.3",
    "ssm": "127.0.0.4",
    "sesv2": "127.0.0.5",
    "kms": "127.0.0.6",
    "iam": "127.0.0.7",
    "sqs": "127.0.0.8",
    "lambda": "127.0.0.9",
    "pipes": "127.0.0.10",
    "eventbridge": "127.0.0.11",
    "cloudwatch": "127.0.0.12",
    "cloudwatch_logs": "127.0.0.13",
    "xray": "127.0.0.14",
}
GOOGLE = {"gmail": "127.0.0.21", "token": "127.0.0.22", "authorization": "127.0.0.23"}
HOSTS = {"cloud": CLOUD, **SERVICES, **GOOGLE}

BACKLOG = 128
ATTEMPTS = 20  # a port that is free on one address may be taken on another


def url(address: str, port: int) -> str:
    return f"https://{address}:{port}"


def endpoints(port: int) -> dict[str, str]:
    """The addresses of AWS, in the variables that every SDK reads.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    return {
        "AWS_ENDPOINT_URL": url(CLOUD, port),
        **{f"AWS_ENDPOINT_URL_{name.upper()}": url(it, port) for name, it in SERVICES.items()},
    }


def listen(addresses: list[str], port: int = 0) -> list[socket.socket]:
    """A listener on each address, all on one port, which the system chooses where it is 0."""
    for attempt in range(ATTEMPTS):
        listeners: list[socket.socket] = []
        try:
            for address in addresses:
                chosen = listeners[0].getsockname()[1] if listeners else port
                listeners.append(listener(address, chosen))
            return listeners
        except OSError as error:
            for each in listeners:
                each.close()
            is_taken = error.errno == errno.EADDRINUSE
            if port or not is_taken or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def listener(address: str, port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((address, port))
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made

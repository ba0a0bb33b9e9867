"""AWS and Google for the bench: HTTPS servers that answer a function's requests, and do no more.

One loopback address a service, as AWS has one host a service, so that a connection is really opened
for each. They run in a process of their own, so that their CPU time is not counted as anybody
else's.
"""

import json
import multiprocessing
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from .request_head import Head, read_head

SERVICES = ["dynamodb", "s3", "ssm", "ses", "gmail", "google"]
ADDRESSES = {service: f"127.0.0.{number}" for number, service in enumerate(SERVICES, start=2)}
SYSTEM_BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

TOKEN = {
    "token": "bench",
    "refresh_token": "bench",
    "client_id": "bench",
    "client_secret": "bench",
    "expiry": "2099-01-01T00:00:00Z",
}


@dataclass(frozen=True)
class Authority:
    """The bench's own root, the servers' certificate, and bundles that know the root."""

    root: Path
    certificate: Path
    key: Path
    #: The system's roots and the bench's.
    system: Path

    @staticmethod
    def make(folder: Path) -> "Authority":
        root, root_key = folder / "root.pem", folder / "root.key"
        certificate, key, request = (folder / name for name in ("leaf.pem", "leaf.key", "leaf.csr"))
        names = ",".join(f"IP:{address}" for address in ADDRESSES.values())
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl(
            *["req", "-x509", *curve, "-keyout", root_key, "-out", root, "-days", "2"],
            *["-subj", "/CN=Root of the bench", "-addext", "keyUsage=critical,keyCertSign"],
        )
        openssl(
            *["req", "-new", *curve, "-keyout", key, "-out", request, "-subj", "/CN=bench"],
            *["-addext", f"subjectAltName={names}"],
        )
        openssl(
            *["x509", "-req", "-in", request, "-CA", root, "-CAkey", root_key, "-CAcreateserial"],
            *["-days", "2", "-copy_extensions", "copy", "-out", certificate],
        )
        system = folder / "system.pem"
        bundle = next(Path(path) for path in SYSTEM_BUNDLES if Path(path).exists())
        system.write_text(bundle.read_text() + root.read_text())
        return Authority(root, certificate, key, system)


def openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@dataclass(frozen=True)
class Asked:
    """A request that a service got."""

    service: str
    operation: str
    head: Head
    body: bytes  # its beginning, where it is large
    size: int  # of the whole body

    @property
    def method(self) -> str:
        return self.head.line.split(" ")[0]

    @property
    def path(self) -> str:
        return self.head.line.split(" ")[1]

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.operation}"


class Peers:
    """The servers; `urls` has each service's address."""

    def __init__(self, authority: Authority | None, mail_size: int, rules: dict[str, str]) -> None:
        parent, child = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=_serve, args=(child, authority, mail_size, rules), daemon=True
        )
        self._process.start()
        self.urls: dict[str, str] = parent.recv()
        self._connection = parent

    def calls(self) -> list[Asked]:
        """The requests since the last look, without the ones that only open a connection."""
        self._connection.send("calls")
        calls: list[Asked] = self._connection.recv()
        return calls

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(
    control: Connection, authority: Authority | None, mail_size: int, rules: dict[str, str]
) -> None:
    context = None
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.certificate, authority.key)
    mail = sample_mail(mail_size)
    calls: list[Asked] = []
    urls = {}
    for service, address in ADDRESSES.items():
        listener = socket.create_server((address, 0))
        scheme = "https" if context else "http"
        urls[service] = f"{scheme}://{address}:{listener.getsockname()[1]}"
        answers = Answers(service, urls[service], mail, rules, calls)
        threading.Thread(target=_accept, args=(listener, context, answers), daemon=True).start()
    control.send(urls)
    while control.recv() == "calls":
        control.send(list(calls))
        calls.clear()


def _accept(listener: socket.socket, context: ssl.SSLContext | None, answers: "Answers") -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(connection, context, answers), daemon=True).start()


def _talk(connection: socket.socket, context: ssl.SSLContext | None, answers: "Answers") -> None:
    try:
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        while request := read_request(connection):
            connection.sendall(answers.to(*request))
    except OSError:
        pass
    finally:
        connection.close()


def read_request(connection: socket.socket) -> tuple[Head, bytes, int] | None:
    """Head, the first bytes of the body, and the body's size; a large body is dropped."""
    head = read_head(connection)
    if head is None:
        return None
    body, size = head.begun, head.size
    received = len(body)
    buffer = bytearray(1 << 18)
    while received < size:
        count = connection.recv_into(buffer)
        if not count:
            return None
        if received < 1 << 16:
            body += buffer[:count]
        received += count
    return head, body, size


@dataclass
class Answers:
    """The answers of one service, and the calls that it got."""

    service: str
    url: str
    mail: bytes
    rules: dict[str, str]
    calls: list[Asked]

    def to(self, head: Head, body: bytes, size: int) -> bytes:
        method, path, *_ = head.line.split(" ")
        if method == "GET" and path == "/":
            return whole(200, b"healthy")
        operation = head.fields.get("x-amz-target", path).rsplit(".", 1)[-1]
        self.calls.append(Asked(self.service, operation, head, body, size))
        answer: Callable[[str, str, bytes], bytes] = getattr(self, f"_{self.service}")
        return answer(method, operation, body)

    def _dynamodb(self, _method: str, operation: str, body: bytes) -> bytes:
        if operation != "batchgetitem":
            return whole(200, b"{}")
        ((table, asked),) = json.loads(body)["RequestItems"].items()
        keys = [key["PK"]["S"] for key in asked["Keys"]]
        rows = [
            {
                "PK": {"S": key},
                "SK": {"S": "RULE#v1"},
                "action": {"S": "forward-to-gmail"},
                "target": {"S": self.rules[key]},
                "enabled": {"BOOL": True},
            }
            for key in keys
            if key in self.rules
        ]
        return whole(200, json.dumps({"Responses": {table: rows}}).encode())

    def _s3(self, method: str, _operation: str, _body: bytes) -> bytes:
        return whole(204, b"") if method == "DELETE" else whole(200, self.mail)

    def _ssm(self, _method: str, operation: str, body: bytes) -> bytes:
        if operation != "getparameter":
            return whole(200, b'{"Version": 2}')
        name = json.loads(body)["Name"]
        if name.count("/") > 3:
            return whole(400, b'{"__type": "ParameterNotFound"}')
        parameter = {"Name": name, "Value": json.dumps(TOKEN), "Version": 1}
        return whole(200, json.dumps({"Parameter": parameter}).encode())

    def _ses(self, _method: str, _operation: str, _body: bytes) -> bytes:
        return whole(200, b'{"MessageId": "bench"}')

    def _google(self, _method: str, _operation: str, _body: bytes) -> bytes:
        return whole(200, b'{"access_token": "bench", "expires_in": 3599}')

    def _gmail(self, method: str, operation: str, _body: bytes) -> bytes:
        if method == "POST" and "uploadType=resumable" in operation:
            return whole(200, b"", f"Location: {self.url}/upload/session\r\n")
        return whole(200, b'{"id": "bench", "threadId": "bench"}')


def whole(status: int, body: bytes, fields: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Bench\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    return head.encode() + body


def sample_mail(size: int) -> bytes:
    head = b"Message-ID: <bench@sender.example>\r\nSubject: bench\r\n\r\n"
    line = b"x" * 76 + b"\r\n"
    return (head + line * (size // len(line) + 1))[:size]

"""Clients trust the emulated AWS by its authority only, and connections are kept."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import SSLError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local_cloud.connection import addresses
from local_cloud.connection.authority import Authority
from local_cloud.connection.aws import Cloud
from local_cloud.host.code_store import unpack
from local_cloud.host.execution_environment import ExecutionEnvironment
from local_cloud.host.runtime_api import Invocation, Signal
from local_cloud.process.moto_process import MotoProcess
from local_cloud.process.up import DEFAULT_PACKAGES
from local_cloud.tests.functions import make_table

MAIL = {
    "notificationType": "Received",
    "mail": {"messageId": "m1", "source": "ann@remote.example", "headers": []},
    "receipt": {"recipients": ["support@example.com"]},
}
EVENT = [{"messageId": "1", "body": json.dumps(MAIL), "attributes": {}}]


def at(moto: MotoProcess, service: str) -> Cloud:
    """AWS at the service's own address."""
    url = addresses.url(addresses.SERVICES[service], moto.port)
    return Cloud(url, moto.authority.certificate)


def traffic(moto: MotoProcess, service: str) -> tuple[int, int, int]:
    found = moto.ask("connections")[service]
    return found["connections"], found["calls"], found["refused"]


def test_the_authoritys_key_is_nowhere_and_the_servers_is_the_owners(tmp_path: Path) -> None:
    authority = Authority.create(tmp_path)
    assert {each.name for each in authority.folder.iterdir()} == {"authority.pem", "server.pem"}
    assert stat.S_IMODE(authority.identity.stat().st_mode) == 0o600
    assert b"PRIVATE" not in authority.certificate.read_bytes()
    root = x509.load_pem_x509_certificate(authority.certificate.read_bytes())
    server = x509.load_pem_x509_certificate(authority.identity.read_bytes())
    server.verify_directly_issued_by(root)
    keys = {
        each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for each in (root, server)
    }
    assert len(keys) == 2
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    assert named == set(addresses.HOSTS.values()) and len(named) == len(addresses.HOSTS)


def test_each_start_has_an_authority_of_its_own(tmp_path: Path) -> None:
    first = Authority.create(tmp_path).certificate.read_bytes()
    assert Authority.create(tmp_path).certificate.read_bytes() != first


def test_connections_are_kept(moto: MotoProcess) -> None:
    client = at(moto, "dynamodb").client("dynamodb")
    for _ in range(5):
        client.list_tables()
    assert traffic(moto, "dynamodb") == (1, 5, 0)
    assert traffic(moto, "s3") == (0, 0, 0)


def test_a_kept_connection_stays_whole_after_every_kind_of_answer(moto: MotoProcess) -> None:
    client = at(moto, "s3").client("s3")
    client.create_bucket(
        Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"}
    )
    client.put_object(Bucket="kept", Key="key", Body=b"x" * 300_000)
    assert client.head_object(Bucket="kept", Key="key")["ContentLength"] == 300_000
    assert client.get_object(Bucket="kept", Key="key")["Body"].read() == b"x" * 300_000
    with pytest.raises(client.exceptions.NoSuchKey):
        client.get_object(Bucket="kept", Key="other")
    client.delete_object(Bucket="kept", Key="key")
    assert client.list_objects_v2(Bucket="kept")["KeyCount"] == 0
    assert traffic(moto, "s3") == (1, 7, 0)


def test_a_copy_counts_from_its_own_beginning(moto: MotoProcess) -> None:
    at(moto, "dynamodb").client("dynamodb").list_tables()
    copy = moto.fork()
    assert traffic(copy, "dynamodb") == (0, 0, 0)
    at(copy, "dynamodb").client("dynamodb").list_tables()
    assert (traffic(copy, "dynamodb"), traffic(moto, "dynamodb")) == ((1, 1, 0), (1, 1, 0))
    copy.stop()


def test_who_trusts_another_authority_calls_nothing(moto: MotoProcess, tmp_path: Path) -> None:
    stranger = Authority.create(tmp_path).certificate
    url = addresses.url(addresses.SERVICES["dynamodb"], moto.port)
    with pytest.raises(SSLError):
        Cloud(url, stranger).client("dynamodb").list_tables()
    connections, calls, refused = traffic(moto, "dynamodb")
    assert (connections, calls) == (0, 0) and refused > 0


def test_a_client_that_gives_up_has_not_refused(moto: MotoProcess) -> None:
    socket.create_connection((addresses.SERVICES["dynamodb"], moto.port)).close()
    at(moto, "dynamodb").client("dynamodb").list_tables()
    assert traffic(moto, "dynamodb") == (1, 1, 0)


def test_a_client_that_says_nothing_holds_nobody_up(moto: MotoProcess) -> None:
    address = (addresses.SERVICES["dynamodb"], moto.port)
    with socket.create_connection(address), socket.create_connection(address):
        at(moto, "dynamodb").client("dynamodb").list_tables()
        assert moto.fork().ask("queues") == []


def test_a_taken_port_is_told(moto: MotoProcess) -> None:
    with pytest.raises(OSError, match="in use"):
        addresses.listen([addresses.CLOUD], moto.port)


@pytest.fixture
def router(tmp_path: Path) -> Path:
    package = DEFAULT_PACKAGES / "router-enrichment.zip"
    assert package.exists(), "run: make package"
    return unpack(package.read_bytes(), "router", tmp_path)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    yield []


def route(moto: MotoProcess, code: Path, lines: list[str], more: dict[str, str]) -> Signal | None:
    """The packaged router's answer to a mail."""
    variables = {
        **addresses.endpoints(moto.port),
        "AWS_REGION": "ap-southeast-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "DYNAMODB_TABLE_NAME": "rules",
        "ENVIRONMENT": "test",
        "LAMBDA_TASK_ROOT": str(code),
        **more,
    }
    environment = ExecutionEnvironment(code, variables, 128, "testing", lines.append)
    try:
        assert environment.init_error is None
        return environment.run(Invocation("id", json.dumps(EVENT).encode(), "arn:f", 30.0))
    finally:
        environment.kill()


def test_a_function_that_trusts_the_authority_reaches_it(
    moto: MotoProcess, router: Path, lines: list[str]
) -> None:
    make_table(moto.cloud(), "rules")
    said = route(moto, router, lines, {"SSL_CERT_FILE": str(moto.authority.certificate)})
    assert said is not None and said.kind == "response", (said, lines)
    connections, calls, refused = traffic(moto, "dynamodb")
    assert connections > 0 and calls > 0 and refused == 0


@pytest.mark.parametrize("roots", ["packaged and the system's", "another authority's"])
def test_a_function_refuses_the_emulated_aws_without_its_authority(
    moto: MotoProcess, router: Path, lines: list[str], roots: str, tmp_path: Path
) -> None:
    make_table(moto.cloud(), "rules")
    stranger = str(Authority.create(tmp_path).certificate)
    more = {} if roots.startswith("packaged") else {"SSL_CERT_FILE": stranger}
    said = route(moto, router, lines, more)
    assert said is not None and said.kind == "error"
    assert b"the server's certificate is not trusted" in said.body, said.body
    connections, calls, refused = traffic(moto, "dynamodb")
    assert (connections, calls) == (0, 0) and refused > 0

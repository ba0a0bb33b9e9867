"""The certificate authority of one local-cloud, and the certificate of all its servers.

Both are made anew at each start, in the work folder. The authority's private key is never written
to disk: it signs one certificate and is forgotten.
"""

import select
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local_cloud.connection.addresses import HOSTS

# The world's clock may be years ahead of the machine's, and programs check dates by it.
VALIDITY = timedelta(days=36500)
EARLIER = timedelta(days=1)
HANDSHAKE_SECONDS = 60.0
# Held while OpenSSL computes a handshake: a process that forks meanwhile would copy its locks.
HANDSHAKE = threading.Lock()


@dataclass(frozen=True)
class Authority:
    """The authority's files in its folder, and the contexts of clients and servers."""

    folder: Path

    @classmethod
    def create(cls, work: Path) -> "Authority":
        """A new authority in `tls` below the work folder, in place of an older one."""
        made = cls(work / "tls")
        made.folder.mkdir(mode=0o700, exist_ok=True)
        key, root = new_root()
        server_key = ec.generate_private_key(ec.SECP256R1())
        identity = server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + pem(server_certificate(server_key.public_key(), key, root))
        write(made.certificate, pem(root), 0o644)
        write(made.identity, identity, 0o600)
        return made

    @property
    def certificate(self) -> Path:
        """The file that clients trust: SSL_CERT_FILE, AWS_CA_BUNDLE."""
        return self.folder / "authority.pem"

    @property
    def identity(self) -> Path:
        """The key and the certificate of the servers."""
        return self.folder / "server.pem"

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.identity)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A context that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))


def accept(context: ssl.SSLContext, connection: socket.socket) -> ssl.SSLSocket:
    """Completes the client's handshake; fails where the client does not trust us."""
    with HANDSHAKE:
        secured = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        secured.setblocking(False)
        while wanted := shake_hands(secured):
            poll = select.poll()
            poll.register(secured, wanted)
            if not poll.poll(HANDSHAKE_SECONDS * 1000):
                raise TimeoutError("the client did not complete its handshake")
        secured.setblocking(True)
    except OSError:
        secured.close()
        raise
    return secured


def shake_hands(secured: ssl.SSLSocket) -> int:
    """What the handshake waits for; 0 when it is complete."""
    try:
        with HANDSHAKE:
            secured.do_handshake()
    except ssl.SSLWantReadError:
        return select.POLLIN
    except ssl.SSLWantWriteError:
        return select.POLLOUT
    return 0


def new_root() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local-cloud")])
    root = (
        unsigned(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, root


def server_certificate(
    public_key: ec.EllipticCurvePublicKey, key: ec.EllipticCurvePrivateKey, root: x509.Certificate
) -> x509.Certificate:
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(ip_address(address)) for address in HOSTS.values()]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local-cloud's servers")])
    return (
        unsigned(subject, root.subject, public_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def unsigned(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + VALIDITY)
    )


def key_usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def write(file: Path, content: bytes, mode: int) -> None:
    """Writes the whole file or nothing; nobody else can read it before its mode is set."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode)
    partial.write_bytes(content)
    partial.rename(file)

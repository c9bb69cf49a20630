"""A certificate authority of one's own, for clients that insist on HTTPS.

Kept in the state folder, the keys readable by their owner alone. The server's certificate names this
machine and the hosts of ECI and its neighbours, so that a client whose endpoint is fixed can be led here by a proxy
setting, DNS or /etc/hosts.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from eci_emulator.market import catalogue

VALID_DAYS: Final = 825  # the most that some clients accept
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
#: How the hosts of ECI and of its neighbours begin: of those in each region, and of those for all.
REGIONAL: Final = ("eci", "eci-vpc", "ecs", "vpc", "sts")
CENTRAL: Final = (
    *("eci", "ecs", "vpc", "sts", "business"),
    *("location", "location-readonly", "resourcemanager"),
)


class Files(Struct, frozen=True):
    """Where they are: the authority to trust, the server's certificate and its key."""

    authority: Path
    certificate: Path
    key: Path


def files(state_dir: Path) -> Files:
    folder = state_dir / "certificates"
    return Files(folder / "ca.pem", folder / "server.pem", folder / "server.key")


def ensure(state_dir: Path, host: str = "", *, afresh: bool = False) -> Files:
    """The certificates of a state folder, made when they are not there (``afresh``: in any case)."""
    found = files(state_dir)
    if not afresh and all(path.exists() for path in (found.authority, found.certificate, found.key)):
        return found
    found.authority.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _server(key, authority, authority_key, _names(host))
    _write(found.authority, authority.public_bytes(serialization.Encoding.PEM))
    _write(found.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    _write(
        found.key,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    return found  # the authority's key is kept nowhere: nobody can make another certificate with it


def hosts(made: Files) -> frozenset[str]:
    """The names and addresses that the server's certificate is for."""
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return frozenset(str(name.value) for name in named)


def context(made: Files) -> ssl.SSLContext:
    """How a server proves to be one of them."""
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    proof.load_cert_chain(made.certificate, made.key)
    return proof


def _names(host: str) -> list[str]:
    regions = catalogue.load().regions
    regional = [f"{name}.{region}.aliyuncs.com" for region in regions for name in REGIONAL]
    central = [f"{name}.aliyuncs.com" for name in CENTRAL]
    return [*LOCAL, *([host] if host and host not in LOCAL else []), *central, *regional]


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eci-emulator local CA")])
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    names: Iterable[str],
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eci-emulator")])
    return (
        _builder(subject, authority.subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)

"""Certificates of an invented authority, made anew for each test."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "api.fernwick.example"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """What a server's certificate says."""

    name: str = "127.0.0.1"
    start: timedelta = -_DAY
    end: timedelta = _DAY
    by_itself: bool = False


class Authority:
    """Signs certificates; its own is what a computer may trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = _builder("Fernwick Authority", self._key, Wanted())
        own = own.issuer_name(_name("Fernwick Authority"))
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self._certificate = own.sign(self._key, hashes.SHA256())
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(_pem(self._certificate))

    def context(self, wanted: Wanted) -> ssl.SSLContext:
        """Make what a server needs to show such a certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(wanted.name, key, wanted)
        issuer = _name(wanted.name) if wanted.by_itself else self._certificate.subject
        builder = builder.issuer_name(issuer)
        signed = builder.sign(key if wanted.by_itself else self._key, hashes.SHA256())
        file = self._folder / "server.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(secret + _pem(signed))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(name: str, key: ec.EllipticCurvePrivateKey, wanted: Wanted) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject: x509.GeneralName = x509.DNSName(name.replace(" ", "-"))
    if name[0].isdigit():
        subject = x509.IPAddress(ipaddress.ip_address(name))
    builder = x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + wanted.start).not_valid_after(now + wanted.end)
    return builder.add_extension(x509.SubjectAlternativeName([subject]), critical=False)

"""Certificates of an invented authority, valid or with one flaw."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

SERVER_NAME = "api.fernwick.example"
_DAY = timedelta(days=1)
_VERSION = b"\xa0\x03\x02\x01\x02"

Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class ServerCertificate:
    """What a server's certificate says.

    authority_id, named: whether it names its authority's key, and the server as alternative name.
    weak: an RSA key of 1,024 bits.
    """

    name: str = "127.0.0.1"
    start: timedelta = -_DAY
    end: timedelta = _DAY
    by_itself: bool = False
    authority_id: bool = True
    named: bool = True
    weak: bool = False
    purpose: ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class AuthorityCertificate:
    """What an authority's certificate says.

    critical: whether its basic constraints are marked so. usage: None for no such field, else
    whether it may sign certificates. key_id: whether it names its own key. old: version 1, which
    has no fields of that kind. only_for: the one name that it may vouch for.
    """

    authority: bool = True
    critical: bool = True
    usage: bool | None = True
    key_id: bool = True
    old: bool = False
    only_for: str = ""
    end: timedelta = _DAY


class Authority:
    """Signs certificates; its own is what a computer may trust."""

    def __init__(
        self,
        folder: Path,
        rank: AuthorityCertificate | None = None,
        *,
        above: Authority | None = None,
    ) -> None:
        """above: the authority that signs this one's certificate; None for itself."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = "Fernwick Issuer" if above else "Fernwick Authority"
        self._certificate = _build_authority(name, self._key, rank or AuthorityCertificate(), above)
        self.bundle = folder / f"{name.lower().replace(' ', '-')}.pem"
        self.bundle.write_bytes(_pem(self._certificate))

    def context(self, wanted: ServerCertificate) -> ssl.SSLContext:
        """Make what a server needs to show such a certificate, which is in server.pem then."""
        key: Key = ec.generate_private_key(ec.SECP256R1())
        if wanted.weak:
            key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the flaw that is asked for
        builder = _builder(wanted.name, key, wanted.start, wanted.end)
        issuer = _name(wanted.name) if wanted.by_itself else self._certificate.subject
        builder = _add_server_extensions(builder.issuer_name(issuer), key, wanted)
        signer: Key = key if wanted.by_itself else self._key
        if wanted.authority_id:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
            builder = builder.add_extension(identifier, critical=False)
        signed = builder.sign(signer, hashes.SHA256())
        file = self._folder / "server.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(secret + _pem(signed))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if wanted.weak:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(file)
        return context

    def subject_hash(self) -> str:
        """The name that OpenSSL looks for in a folder of certificates (X509_NAME_hash)."""
        canonical = _der_content(_name(_common_name(self._certificate).lower()).public_bytes())
        digest = hashlib.sha1(canonical, usedforsecurity=False).digest()
        return f"{int.from_bytes(digest[:4], 'little'):08x}"

    def sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """Sign the certificate of an authority below this one."""
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        named = builder.issuer_name(self._certificate.subject)
        return named.add_extension(identifier, critical=False).sign(self._key, hashes.SHA256())


def _build_authority(
    name: str, key: ec.EllipticCurvePrivateKey, rank: AuthorityCertificate, above: Authority | None
) -> x509.Certificate:
    builder = _builder(name, key, -2 * _DAY, rank.end)
    if rank.old:
        return _sign_version_one(builder.issuer_name(_name(name)), key)
    constraints = x509.BasicConstraints(ca=rank.authority, path_length=None)
    builder = builder.add_extension(constraints, critical=rank.critical)
    if rank.usage is not None:
        builder = builder.add_extension(_usage(signs=rank.usage), critical=True)
    if rank.key_id:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if rank.only_for:
        names = x509.NameConstraints([x509.DNSName(rank.only_for)], None)
        builder = builder.add_extension(names, critical=True)
    if above is not None:
        return above.sign(builder)
    return builder.issuer_name(_name(name)).sign(key, hashes.SHA256())


def _add_server_extensions(
    builder: x509.CertificateBuilder, key: Key, wanted: ServerCertificate
) -> x509.CertificateBuilder:
    """Add what the certificate of a web server has."""
    for field, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs=False), True),
        (x509.ExtendedKeyUsage([wanted.purpose]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ):
        builder = builder.add_extension(field, critical=critical)
    if not wanted.named:
        return builder
    subject: x509.GeneralName = x509.DNSName(wanted.name)
    if wanted.name[0].isdigit():
        subject = x509.IPAddress(ipaddress.ip_address(wanted.name))
    return builder.add_extension(x509.SubjectAlternativeName([subject]), critical=False)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _builder(name: str, key: Key, start: timedelta, end: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now + start).not_valid_after(now + end)


def _sign_version_one(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Sign a certificate as `openssl x509 -req -signkey` long did; cryptography makes none.

    It is one of version 3 without the field that says so (RFC 5280, section 4.1), signed anew.
    """
    template = builder.sign(key, hashes.SHA256())
    fields = _der_content(template.tbs_certificate_bytes)
    assert fields.startswith(_VERSION)
    body = _der_sequence(fields.removeprefix(_VERSION))
    rest = _der_content(template.public_bytes(serialization.Encoding.DER))
    algorithm = rest.removeprefix(template.tbs_certificate_bytes)
    algorithm = algorithm[: 2 + algorithm[1]]
    signature = key.sign(body, ec.ECDSA(hashes.SHA256()))
    bits = b"\x03" + _der_length(len(signature) + 1) + b"\x00" + signature
    return x509.load_der_x509_certificate(_der_sequence(body + algorithm + bits))


def _der_content(sequence: bytes) -> bytes:
    """Take the header off a DER value."""
    return sequence[2 + (sequence[1] & 0x7F if sequence[1] & 0x80 else 0) :]


def _der_sequence(content: bytes) -> bytes:
    return b"\x30" + _der_length(len(content)) + content


def _der_length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    long = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(long)]) + long

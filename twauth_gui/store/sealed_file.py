"""Encryption with a passphrase: Argon2id with AES-256-GCM.

docs/vault-format.md publishes the format: header, nonce, ciphertext with its tag, SHA-256 of all.
The digest needs no key. It distinguishes a damaged file from a wrong passphrase, without the wait
for Argon2id. Files that take changes one by one have another version: store.sealed_format.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path
from typing import NoReturn, final

from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_format
from twauth_gui.store.result import Err, capture
from twauth_gui.store.sealed_format import (
    DIGEST_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    STANDARD_COST,
    TAG_BYTES,
    VERSION_RECORDS,
    VERSION_WHOLE,
    KdfCost,
    SealedHeader,
    SealPurpose,
    require_allowed_cost,
)
from twauth_gui.store.vault_errors import (
    DamagedFileError,
    DerivationError,
    EmptyPassphraseError,
    WrongPassphraseError,
)

KEY_BYTES = 32
_BODY_OFFSET = sealed_format.HEADER_BYTES + NONCE_BYTES


@final
class DerivedKey:
    """The key derived from a passphrase and a salt; cannot be printed or pickled."""

    __slots__ = ("_value", "cost", "salt")

    def __init__(self, value: bytes, salt: bytes, cost: KdfCost) -> None:
        self._value = value
        self.salt = salt
        self.cost = cost

    def reveal(self) -> bytes:
        """Return the key itself, for a cipher only."""
        return self._value

    def fits(self, header: SealedHeader) -> bool:
        """Whether the file was sealed under the same salt and cost."""
        return (header.salt, header.cost) == (self.salt, self.cost)

    @override
    def __repr__(self) -> str:
        return "DerivedKey(••••)"

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a DerivedKey does not leave the process")


def derive_new_key(passphrase: Secret, path: Path, cost: KdfCost = STANDARD_COST) -> DerivedKey:
    """Derive a key under a fresh salt.

    Raises:
        EmptyPassphraseError: there is no passphrase.
        DerivationError: this computer cannot do it.
    """
    if not passphrase:
        raise EmptyPassphraseError(path)
    return _derive_key(passphrase, os.urandom(SALT_BYTES), cost, path)


def derive_key_of_file(
    raw: bytes, passphrase: Secret, purpose: SealPurpose, path: Path
) -> DerivedKey:
    """Derive the key of an existing file; raises as check_header and derive_new_key do."""
    header = check_header(raw, purpose, path)
    return _derive_key(passphrase, header.salt, header.cost, path)


def pack_records_header(key: DerivedKey, purpose: SealPurpose) -> bytes:
    """Return the header of a file that takes records."""
    return SealedHeader(VERSION_RECORDS, purpose.value, key.cost, key.salt).pack()


def seal(data: bytes, key: DerivedKey, purpose: SealPurpose) -> bytes:
    """Return the contents of a sealed file, under a fresh nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    nonce = os.urandom(NONCE_BYTES)
    head = SealedHeader(VERSION_WHOLE, purpose.value, key.cost, key.salt).pack() + nonce
    body = head + AESGCM(key.reveal()).encrypt(nonce, data, head)
    return body + hashlib.sha256(body).digest()


def open_sealed(raw: bytes, key: DerivedKey, purpose: SealPurpose, path: Path) -> bytes:
    """Return the bytes that seal() encrypted.

    Raises:
        WrongPassphraseError: the file is intact, but the key is another one.
        SealedFileError: as check_header.
    """
    if check_header(raw, purpose, path).version != VERSION_WHOLE:
        raise DamagedFileError(path, "form")
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    head, body = raw[:_BODY_OFFSET], raw[_BODY_OFFSET:-DIGEST_BYTES]
    try:
        return AESGCM(key.reveal()).decrypt(head[sealed_format.HEADER_BYTES :], body, head)
    except InvalidTag:
        raise WrongPassphraseError(path) from None


def check_header(raw: bytes, purpose: SealPurpose, path: Path) -> SealedHeader:
    """Read the header of a file, after checking that the file is safe to open.

    Raises:
        ForeignFileError: it is not a sealed file, or one for another purpose.
        DamagedFileError: it is not as it was written.
        NewerFileError: a newer program wrote it.
        CostRefusedError: it asks for too much memory or time.
    """
    header = sealed_format.require_known_header(raw, path)
    is_intact = (
        _has_valid_digest(raw)
        if header.version == VERSION_WHOLE
        else sealed_format.is_start_intact(raw)
    )
    if not is_intact:
        raise DamagedFileError(path, "digest")
    sealed_format.require_purpose(header, purpose, path)
    return header


def _has_valid_digest(raw: bytes) -> bool:
    if len(raw) < _BODY_OFFSET + TAG_BYTES + DIGEST_BYTES:
        return False
    digest = hashlib.sha256(memoryview(raw)[:-DIGEST_BYTES]).digest()
    return digest == raw[-DIGEST_BYTES:]


def _derive_key(passphrase: Secret, salt: bytes, cost: KdfCost, path: Path) -> DerivedKey:
    require_allowed_cost(cost, path)
    outcome = capture(lambda: _argon2id(passphrase, salt, cost))
    if isinstance(outcome, Err):
        raise DerivationError(path, _explain_derivation_error(outcome.error, cost))
    return DerivedKey(outcome, salt, cost)


def _argon2id(passphrase: Secret, salt: bytes, cost: KdfCost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - heavy

    # Systems compose accents differently, but a passphrase must give the same key everywhere.
    text = unicodedata.normalize("NFC", passphrase.reveal())
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(text.encode("utf-8", "surrogatepass"))


def _explain_derivation_error(error: Exception, cost: KdfCost) -> str:
    if isinstance(error, MemoryError):
        return f"It takes {cost.memory_kib // 1024} MiB of free memory. Close some programs first."
    return (
        "The installed cryptography library lacks Argon2id"
        f" ({type(error).__name__}). Install version 44 or newer from PyPI."
    )

"""Bytes under a passphrase: Argon2id with AES-256-GCM.

docs/vault-format.md publishes the format: header, nonce, ciphertext with its tag, SHA-256 of all.
The digest needs no key. It tells a damaged file from a wrong passphrase, without the wait for
Argon2id. Files that take changes one by one are of another form: store.sealed_records.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path
from typing import NoReturn, final

from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.store import sealed_header, sealed_records
from twauth_gui.store.outcome import Err, capture
from twauth_gui.store.sealed_errors import (
    DamagedFileError,
    DerivationError,
    EmptyPassphraseError,
    WrongPassphraseError,
)
from twauth_gui.store.sealed_header import (
    RECORDS,
    SALT_BYTES,
    STANDARD,
    WHOLE,
    Cost,
    Header,
    Purpose,
    require_bearable,
)
from twauth_gui.store.sealed_records import DIGEST_BYTES, NONCE_BYTES, TAG_BYTES

KEY_BYTES = 32
_BODY = sealed_header.SIZE + NONCE_BYTES


@final
class Key:
    """What a passphrase became under one salt; cannot be printed or pickled."""

    __slots__ = ("_value", "cost", "salt")

    def __init__(self, value: bytes, salt: bytes, cost: Cost) -> None:
        self._value = value
        self.salt = salt
        self.cost = cost

    def reveal(self) -> bytes:
        """Give the key itself, to a cipher only."""
        return self._value

    def fits(self, header: Header) -> bool:
        """Whether the file was sealed under the same salt and cost."""
        return (header.salt, header.cost) == (self.salt, self.cost)

    @override
    def __repr__(self) -> str:
        return "Key(••••)"

    @override
    def __reduce__(self) -> NoReturn:
        raise TypeError("a Key does not leave the process")


def new_key(passphrase: Secret, path: Path, cost: Cost = STANDARD) -> Key:
    """Derive a key under a fresh salt.

    Raises:
        EmptyPassphraseError: there is no passphrase.
        DerivationError: this computer cannot do it.
    """
    if not passphrase:
        raise EmptyPassphraseError(path)
    return _derived(passphrase, os.urandom(SALT_BYTES), cost, path)


def key_for(raw: bytes, passphrase: Secret, purpose: Purpose, path: Path) -> Key:
    """Derive the key of an existing file; raises as checked_header and new_key do."""
    header = checked_header(raw, purpose, path)
    return _derived(passphrase, header.salt, header.cost, path)


def start_of_records(key: Key, purpose: Purpose) -> bytes:
    """Give the header of a file that takes records (store.sealed_records)."""
    return Header(RECORDS, purpose.value, key.cost, key.salt).packed()


def seal(data: bytes, key: Key, purpose: Purpose) -> bytes:
    """Give the whole file, under a nonce that was never used before."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    nonce = os.urandom(NONCE_BYTES)
    head = Header(WHOLE, purpose.value, key.cost, key.salt).packed() + nonce
    body = head + AESGCM(key.reveal()).encrypt(nonce, data, head)
    return body + hashlib.sha256(body).digest()


def open_sealed(raw: bytes, key: Key, purpose: Purpose, path: Path) -> bytes:
    """Give what seal() sealed.

    Raises:
        WrongPassphraseError: the file is whole, but the key is another one.
        SealedFileError: as checked_header.
    """
    if checked_header(raw, purpose, path).version != WHOLE:
        raise DamagedFileError(path, "form")
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - heavy

    head, body = raw[:_BODY], raw[_BODY:-DIGEST_BYTES]
    try:
        return AESGCM(key.reveal()).decrypt(head[sealed_header.SIZE :], body, head)
    except InvalidTag:
        raise WrongPassphraseError(path) from None


def checked_header(raw: bytes, purpose: Purpose, path: Path) -> Header:
    """Read the header of a whole file, and see that opening it does no harm.

    Raises:
        ForeignFileError: it is no sealed file, or one for another purpose.
        DamagedFileError: it is not as it was written.
        NewerFileError: a newer program wrote it.
        CostRefusedError: it asks for too much.
    """
    header = sealed_header.known(raw, path)
    whole = _is_whole(raw) if header.version == WHOLE else sealed_records.starts_whole(raw)
    if not whole:
        raise DamagedFileError(path, "digest")
    sealed_header.require_purpose(header, purpose, path)
    return header


def _is_whole(raw: bytes) -> bool:
    if len(raw) < _BODY + TAG_BYTES + DIGEST_BYTES:
        return False
    digest = hashlib.sha256(memoryview(raw)[:-DIGEST_BYTES]).digest()
    return digest == raw[-DIGEST_BYTES:]


def _derived(passphrase: Secret, salt: bytes, cost: Cost, path: Path) -> Key:
    require_bearable(cost, path)
    outcome = capture(lambda: _argon2id(passphrase, salt, cost))
    if isinstance(outcome, Err):
        raise DerivationError(path, _why_not(outcome.error, cost))
    return Key(outcome, salt, cost)


def _argon2id(passphrase: Secret, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - heavy

    # Systems compose accents differently: the same keys must give the same key everywhere.
    text = unicodedata.normalize("NFC", passphrase.reveal())
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(text.encode("utf-8", "surrogatepass"))


def _why_not(error: Exception, cost: Cost) -> str:
    if isinstance(error, MemoryError):
        return f"It takes {cost.memory_kib // 1024} MiB of free memory. Close something first."
    return (
        "The installed cryptography library lacks Argon2id"
        f" ({type(error).__name__}). Install its version 44 or newer, as its makers ship it."
    )

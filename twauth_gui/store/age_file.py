"""Encryption with a passphrase in the age format, which other programs read too."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.store.result import Err, capture
from twauth_gui.store.sealed_format import MAX_COST
from twauth_gui.store.vault_errors import (
    CostRefusedError,
    DerivationError,
    EmptyPassphraseError,
    ForeignFileError,
    SealedFileError,
    WrongPassphraseError,
)

AGE_MAGIC = b"age-encryption.org/v1\n"


_BYTES_OF_WORK = 128 * 8
"""Memory of scrypt per unit of its cost N; the block size of age is 8 (RFC 7914, section 2)."""

_MAX_HEAD_BYTES = 256
_STANZA = re.compile(rb"-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)")
_TOO_SLOW = "Excessive work"  # how the library begins to say it


def is_age_available() -> bool:
    """Whether pyrage is installed, which is an optional dependency."""
    return find_spec("pyrage") is not None


def is_age(raw: bytes) -> bool:
    """Whether a file begins like an age file."""
    return raw.startswith(AGE_MAGIC)


def encrypt_with_age(data: bytes, passphrase: Secret, path: Path) -> bytes:
    """Encrypt with a passphrase; takes a second or two, as age itself does.

    Raises:
        EmptyPassphraseError: there is no passphrase.
        DerivationError: the library is not installed.
    """
    if not passphrase:
        raise EmptyPassphraseError(path)
    return bytes(_import_pyrage(path).passphrase.encrypt(data, passphrase.reveal()))


def decrypt_with_age(raw: bytes, passphrase: Secret, path: Path) -> bytes:
    """Decrypt with a passphrase.

    Raises:
        WrongPassphraseError: it does not open the file, or the file is damaged: age does not
            distinguish the two.
        ForeignFileError: the file was encrypted for keys, so no passphrase opens it.
        CostRefusedError: the file asks for more memory than Twauth allows.
        DerivationError: pyrage is not installed, or this computer lacks the memory.
    """
    pyrage = _import_pyrage(path)
    _require_memory(check_memory_cost(raw, path), path)
    try:
        return bytes(pyrage.passphrase.decrypt(raw, passphrase.reveal()))
    except pyrage.DecryptError as error:
        sealed_error = _to_sealed_file_error(str(error), path)
    # Not chained: what the library says is not ours to pass on.
    raise sealed_error


def check_memory_cost(raw: bytes, path: Path) -> int:
    """Return how many bytes of memory opening the file takes, before anything is allocated.

    The library itself allows a thousand times the work of a usual file, and four GiB with it.

    Raises:
        ForeignFileError, CostRefusedError: as decrypt_with_age.
    """
    _, stanza, _, rest, *_ = [*raw[:_MAX_HEAD_BYTES].split(b"\n"), b"", b"", b"", b""]
    found = _STANZA.fullmatch(stanza)
    if found is None or not rest.startswith(b"---"):
        raise ForeignFileError(path, "an age file that no passphrase opens")
    size = _BYTES_OF_WORK << int(found.group(1))
    if size > MAX_COST.memory_kib * 1024:
        raise CostRefusedError(path, f"{size // 1024**2:,} MiB of memory")
    return size


def _require_memory(size: int, path: Path) -> None:
    """Raise DerivationError if so much memory is not free; the library would end the process."""
    if isinstance(capture(lambda: bytearray(size)), Err):
        raise DerivationError(
            path, f"It takes {size // 1024**2} MiB of free memory. Close some programs first."
        )


def _to_sealed_file_error(message: str, path: Path) -> SealedFileError:
    if message.startswith(_TOO_SLOW):
        return DerivationError(
            path, "It was made on a much faster one, and would take too long here."
        )
    return WrongPassphraseError(path)


def _import_pyrage(path: Path) -> Any:
    """Load pyrage at its first use: it has no type stubs, and most backups do without it."""
    try:
        import pyrage  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise DerivationError(
            path, "An age file needs the library pyrage: pip install 'twauth[age]'."
        ) from None
    return pyrage

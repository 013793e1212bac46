"""Bytes under a passphrase in the format of age, which other programs open too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twauth_gui.domain.secret import Secret
from twauth_gui.store.sealed_errors import (
    DerivationError,
    EmptyPassphraseError,
    WrongPassphraseError,
)

INTRODUCTION = b"age-encryption.org/v1\n"


def can_speak_age() -> bool:
    """Whether the library for it is installed; it is an extra."""
    return find_spec("pyrage") is not None


def is_age(raw: bytes) -> bool:
    """Whether a file begins as those of age do."""
    return raw.startswith(INTRODUCTION)


def seal_for_age(data: bytes, passphrase: Secret, path: Path) -> bytes:
    """Encrypt; takes a second or two, as age itself does.

    Raises:
        EmptyPassphraseError: there is no passphrase.
        DerivationError: the library is not installed.
    """
    if not passphrase:
        raise EmptyPassphraseError(path)
    return bytes(_library(path).passphrase.encrypt(data, passphrase.reveal()))


def open_from_age(raw: bytes, passphrase: Secret, path: Path) -> bytes:
    """Decrypt.

    Raises:
        WrongPassphraseError: it does not open the file, or the file is damaged: age does not tell
            one from the other.
        DerivationError: the library is not installed.
    """
    pyrage = _library(path)
    try:
        return bytes(pyrage.passphrase.decrypt(raw, passphrase.reveal()))
    except pyrage.DecryptError:
        # Not chained: what the library says is not ours to pass on.
        raise WrongPassphraseError(path) from None


def _library(path: Path) -> Any:
    """Load it where it is used: it has no type stubs, and most backups do without."""
    try:
        import pyrage  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise DerivationError(
            path, "A file of age needs the library pyrage: pip install 'twauth[age]'."
        ) from None
    return pyrage

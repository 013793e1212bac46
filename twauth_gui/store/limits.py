"""How large a record may be."""

from __future__ import annotations

from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import RecordTooLargeError

MAX_UNITS = 1280
"""UTF-16 units: Windows keeps at most CRED_MAX_CREDENTIAL_BLOB_SIZE = 5*512 bytes (wincred.h)."""


def units(text: str) -> int:
    """Count UTF-16 units, as the Credential Locker does."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)  # noqa: PLR2004 - the BMP


def require_fit(value: Secret) -> None:
    """Hold every keychain to the smallest one's limit, so that a record can move between them.

    Raises:
        RecordTooLargeError: more than MAX_UNITS.
    """
    size = units(value.reveal())
    if size > MAX_UNITS:
        raise RecordTooLargeError(size, MAX_UNITS)

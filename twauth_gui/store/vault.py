"""The contract that every vault fulfils."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, runtime_checkable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import RecordTooLargeError

RECORD_USER = "record"
"""The user name of every item; it has no "@", around which keyring on Windows moves entries."""

MAX_UNITS = 1280
"""UTF-16 units: Windows keeps at most CRED_MAX_CREDENTIAL_BLOB_SIZE = 5*512 bytes (wincred.h)."""

_SAFE_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_SERVICE_NAME = re.compile(r"twauth/(app|account|tokens|attempt)/([A-Za-z0-9_.-]{1,64})/(\d{1,9})")


class ItemKind(StrEnum):
    """What a record is about."""

    APP = "app"
    ACCOUNT = "account"
    TOKENS = "tokens"
    PENDING_SIGN_IN = "attempt"


class Vault(Protocol):
    """Keeps one secret text per service name.

    Every method but name and close raises a VaultError (store.vault_errors) if the keychain is
    absent, locked, dismissed, hung or failing. A vault belongs to the thread that uses it first,
    except a DeadlineVault, which any thread may call.
    """

    @property
    def name(self) -> str:
        """The display name of the keychain, such as "GNOME Keyring". Never blocks."""
        ...

    def read(self, service: str) -> Secret | None:
        """Return the secret of a service; None if there is no such item."""
        ...

    def write(self, service: str, value: Secret) -> None:
        """Save the secret; returns only after reading back the same.

        Raises:
            RecordTooLargeError: more than MAX_UNITS.
        """
        ...

    def delete(self, service: str) -> None:
        """Delete the item, if there is one."""
        ...

    def unlock(self) -> None:
        """Ask the system to unlock. It may show a prompt, and waits for the user then.

        Raises:
            VaultDismissedError: the prompt was closed.
        """
        ...

    def probe(self) -> None:
        """Return if the keychain is there and unlocked, without any prompt; raise otherwise."""
        ...

    def close(self) -> None:
        """Close connections; the vault opens them again at its next use."""
        ...


@runtime_checkable
class ListableVault(Protocol):
    """A vault that may list its items; keyring cannot on Windows and macOS."""

    def services(self) -> list[str] | None:
        """List all items of Twauth; None if this keychain cannot list."""
        ...


def list_services(vault: Vault) -> list[str] | None:
    """List all items of Twauth; None if the keychain cannot list.

    Raises:
        VaultError: as every call.
    """
    return vault.services() if isinstance(vault, ListableVault) else None


def read_consistent(
    vault: Vault, kind: ItemKind, uuid: str, generation: Callable[[], int]
) -> Secret | None:
    """Read the item that the index names; None if the keychain has lost it.

    generation: reads the index. It is called again if the item is missing, which may be because
    the next generation has just taken its place.
    """
    current = generation()
    while (record := vault.read(service_name(kind, uuid, current))) is None:
        previous, current = current, generation()
        if current == previous:
            return None
    return record


def service_name(kind: ItemKind, uuid: str, generation: int) -> str:
    """Return the service name of an item: twauth/<kind>/<uuid>/<generation>.

    Raises:
        ValueError: the id has a character that some keychain mistreats ("@" on Windows, NUL on
            Linux and macOS), or the slash that separates the parts.
    """
    if not _SAFE_ID.fullmatch(uuid):
        raise ValueError(f"not usable as the id of a keychain item: {uuid!r}")
    return f"twauth/{kind}/{uuid}/{generation}"


def parse_service_name(service: str) -> tuple[ItemKind, str, int] | None:
    """Parse what service_name() returns; None for any other name."""
    found = _SERVICE_NAME.fullmatch(service)
    return None if found is None else (ItemKind(found[1]), found[2], int(found[3]))


def fingerprint_key_name(profile_id: str) -> str:
    """Return the service name of the key that placements of a data folder are fingerprinted with.

    It is no item of a row, so it has no generation, and parse_service_name() does not know it.
    """
    return f"twauth/fingerprints/{profile_id}"


def require_fit(value: Secret) -> None:
    """Check that a record fits into every keychain, so that it can move between them.

    Raises:
        RecordTooLargeError: more than MAX_UNITS.
    """
    size = count_utf16_units(value.reveal())
    if size > MAX_UNITS:
        raise RecordTooLargeError(size, MAX_UNITS)


def count_utf16_units(text: str) -> int:
    """Count UTF-16 units, as the Credential Locker does."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)  # noqa: PLR2004 - the BMP

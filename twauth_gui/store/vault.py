"""The contract of a vault: what it does, how its items are named, how large a record may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, runtime_checkable

from twauth_gui.domain.secret import Secret
from twauth_gui.store.vault_errors import RecordTooLargeError

RECORD_USER = "record"
"""The user name of every item; without "@", for keyring on Windows moves entries around it."""


class Vault(Protocol):
    """Keeps one secret text per service name.

    Every method but name and close raises a VaultError (store.vault_errors) where the keychain is
    absent, locked, dismissed, hung or failing. A vault belongs to the thread that uses it first,
    apart from DeadlineVault, which any thread may call.
    """

    @property
    def name(self) -> str:
        """What people call this keychain, such as "GNOME Keyring". Never blocks."""
        ...

    def read(self, service: str) -> Secret | None:
        """Give the secret of a service; None where there is no such item."""
        ...

    def write(self, service: str, value: Secret) -> None:
        """Keep the secret; returns only when reading it back gave the same.

        Raises:
            RecordTooLargeError: more than store.limits.MAX_UNITS.
        """
        ...

    def delete(self, service: str) -> None:
        """Remove the item; quiet where there is none."""
        ...

    def unlock(self) -> None:
        """Ask the system to unlock. It may show a prompt, so this can take a person's time.

        Raises:
            VaultDismissedError: the prompt was closed.
        """
        ...

    def probe(self) -> None:
        """Return where the keychain is there and unlocked, without any prompt."""
        ...

    def close(self) -> None:
        """Let go of connections. The vault opens them again when it is used again."""
        ...


def name_in_sentence(name: str) -> str:
    """Write a vault's name as it stands inside a sentence: "the encrypted file"."""
    return f"the {name[4:]}" if name.startswith("The ") else name


_SAFE_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


_SERVICE_NAME = re.compile(r"twauth/(app|account|tokens|attempt)/([A-Za-z0-9_.-]{1,64})/(\d{1,9})")


class ItemKind(StrEnum):
    """What a record is about."""

    APP = "app"
    ACCOUNT = "account"
    TOKENS = "tokens"
    PENDING_SIGN_IN = "attempt"


def service_name(kind: ItemKind, uuid: str, generation: int) -> str:
    """Name the item of one generation: twauth/<kind>/<uuid>/<generation>.

    Raises:
        ValueError: the id has a character that some keychain mistreats ("@" on Windows, NUL on
            Linux and macOS), or the slash that separates the parts.
    """
    if not _SAFE_ID.fullmatch(uuid):
        raise ValueError(f"no id for a keychain item: {uuid!r}")
    return f"twauth/{kind}/{uuid}/{generation}"


def parse_service_name(service: str) -> tuple[ItemKind, str, int] | None:
    """Read what service_name() wrote; None for any other name."""
    found = _SERVICE_NAME.fullmatch(service)
    return None if found is None else (ItemKind(found[1]), found[2], int(found[3]))


MAX_UNITS = 1280
"""UTF-16 units: Windows keeps at most CRED_MAX_CREDENTIAL_BLOB_SIZE = 5*512 bytes (wincred.h)."""


def count_utf16_units(text: str) -> int:
    """Count UTF-16 units, as the Credential Locker does."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)  # noqa: PLR2004 - the BMP


def require_fit(value: Secret) -> None:
    """Hold every keychain to the smallest one's limit, so that a record can move between them.

    Raises:
        RecordTooLargeError: more than MAX_UNITS.
    """
    size = count_utf16_units(value.reveal())
    if size > MAX_UNITS:
        raise RecordTooLargeError(size, MAX_UNITS)


@runtime_checkable
class ListableVault(Protocol):
    """A vault that may know what is in it; keyring itself cannot list on Windows and macOS."""

    def services(self) -> list[str] | None:
        """Name all items of ours; None where this keychain cannot tell."""
        ...


def list_services(vault: Vault) -> list[str] | None:
    """Name all items of ours; None where the keychain cannot tell.

    Raises:
        VaultError: as every call.
    """
    return vault.services() if isinstance(vault, ListableVault) else None


def read_consistent(
    vault: Vault, kind: ItemKind, uuid: str, generation: Callable[[], int]
) -> Secret | None:
    """Read the item that the index names; None where the keychain has lost it.

    generation: reads the index. It is asked again where the item is not there: it may be gone
    because the next one has just taken its place.
    """
    seen = generation()
    while (record := vault.read(service_name(kind, uuid, seen))) is None:
        before, seen = seen, generation()
        if seen == before:
            return None
    return record

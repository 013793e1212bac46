"""Which items a vault has, where it can tell."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from twauth_gui.store.vault import Vault


@runtime_checkable
class ListingVault(Protocol):
    """A vault that may know what is in it; keyring itself cannot list on Windows and macOS."""

    def services(self) -> list[str] | None:
        """Name all items of ours; None where this keychain cannot tell."""
        ...


def services_in(vault: Vault) -> list[str] | None:
    """Name all items of ours; None where the keychain cannot tell.

    Raises:
        VaultError: as every call.
    """
    return vault.services() if isinstance(vault, ListingVault) else None

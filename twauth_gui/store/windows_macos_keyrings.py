"""keyring's backends for Windows and macOS, cut off from the environment."""

from __future__ import annotations

from typing import Any, Self

from keyring.backends.macOS import Keyring as MacKeyring
from keyring.backends.Windows import WinVaultKeyring
from typing_extensions import override

from twauth_gui.store.vault import RECORD_USER
from twauth_gui.store.vault_errors import VaultAbsentError


class _UnlistableKeyring:
    """A ring that keyring cannot list, and that says how it is when it is asked for an item."""

    @classmethod
    def opened(cls) -> Self:
        """Build it; VaultAbsentError where the system's library for it is missing."""
        ring: Self = _build(cls)
        return ring

    def services(self) -> list[str] | None:
        """Give nothing: keyring cannot list here."""
        return None

    def probe(self) -> None:
        _probe(self)

    def unlock_all(self) -> None:
        _probe(self)

    def reset(self) -> None:
        """Nothing is held."""


class CredentialLocker(_UnlistableKeyring, WinVaultKeyring):
    """The Windows Credential Locker, which is open as long as its owner is logged in."""

    display_name = "Windows Credential Locker"

    @override
    def set_properties_from_env(self) -> None:
        """Ignore KEYRING_PROPERTY_*; keep entries here, where "enterprise" would let them roam."""
        self.persist = "local machine"


class LoginKeychain(_UnlistableKeyring, MacKeyring):
    """The login keychain of macOS, which shows its prompt by itself when it is asked."""

    display_name = "macOS Keychain"
    keychain = None  # the base class reads KEYCHAIN_PATH

    @override
    def set_properties_from_env(self) -> None:
        """Ignore KEYRING_PROPERTY_*."""


def _build(kind: Any) -> Any:
    if not kind.viable:
        raise VaultAbsentError("The system's library for it is missing.")
    return kind()


def _probe(ring: Any) -> None:
    """Ask for an item that nobody has: one that is locked or missing says so."""
    ring.get_password("twauth/probe", RECORD_USER)

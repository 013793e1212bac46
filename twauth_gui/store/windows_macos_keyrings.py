"""keyring's backends for Windows and macOS, cut off from the environment."""

from __future__ import annotations

from typing import Any, Self

from keyring.backends.macOS import Keyring as MacKeyring
from keyring.backends.Windows import WinVaultKeyring
from typing_extensions import override

from twauth_gui.store.vault import RECORD_USER
from twauth_gui.store.vault_errors import VaultAbsentError


class _UnlistableKeyring:
    """A keyring backend that cannot list, and whose state shows only when an item is read."""

    @classmethod
    def open(cls) -> Self:
        """Create the backend; VaultAbsentError if its system library is missing."""
        backend: Self = _build(cls)
        return backend

    def services(self) -> list[str] | None:
        """Return None: keyring cannot list here."""
        return None

    def probe(self) -> None:
        _probe(self)

    def unlock_all(self) -> None:
        _probe(self)

    def reset(self) -> None:
        """Do nothing: there is no connection."""


class CredentialLocker(_UnlistableKeyring, WinVaultKeyring):
    """The Windows Credential Locker, which is unlocked while its owner is logged in."""

    display_name = "Windows Credential Locker"

    @override
    def set_properties_from_env(self) -> None:
        """Ignore KEYRING_PROPERTY_*; keep entries local, while "enterprise" would let them roam."""
        self.persist = "local machine"


class LoginKeychain(_UnlistableKeyring, MacKeyring):
    """The login keychain of macOS, which shows its prompt by itself when an item is read."""

    display_name = "macOS Keychain"
    keychain = None  # the base class reads KEYCHAIN_PATH

    @override
    def set_properties_from_env(self) -> None:
        """Ignore KEYRING_PROPERTY_*."""


def _build(kind: Any) -> Any:
    if not kind.viable:
        raise VaultAbsentError("The system library for it is missing.")
    return kind()


def _probe(backend: Any) -> None:
    """Read an item that never exists; a locked or missing keychain raises."""
    backend.get_password("twauth/probe", RECORD_USER)

"""Where secrets are kept on this machine."""

from __future__ import annotations

from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.vault import Vault


def keychain_vault() -> Vault:
    """Give the system's keychain; it is not looked for before it is first used."""
    return DeadlineVault(_system_vault)


def _system_vault() -> Vault:
    from twauth_gui.store.keychain import system_vault  # noqa: PLC0415 - loads keyring

    return system_vault()

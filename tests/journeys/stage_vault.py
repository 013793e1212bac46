"""The stage's scenes about where credentials are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.vault import doors
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

BARE = frozenset({"none", "create"})
"""The scenes of a machine without a keychain, on which nothing is kept yet."""


def take_away(vault: MemoryVault) -> None:
    """Let there be no keychain."""
    vault.fail_with = VaultAbsentError()


def lock(window: MainWindow, vault: MemoryVault) -> None:
    """Let the keychain be locked from now on."""
    vault.fail_with = VaultLockedError("GNOME Keyring")
    window.desk.vault.probe()


def vault_scenes(window: MainWindow, vault: MemoryVault) -> dict[str, Callable[[], None]]:
    """Give them by name."""
    desk = window.desk

    def in_the_file(then: Callable[[], None]) -> Callable[[], None]:
        def play() -> None:
            _ = desk.services.storage.move(VaultKind.FILE, Secret("marsh marigold ferry"))
            desk.vault.probe()
            then()

        return play

    def unlock() -> None:
        desk.locks.lock()
        doors.unlock_first(desk)

    return {
        "create": partial(doors.create_file, desk),
        "locked": partial(lock, window, vault),
        "lock": desk.locks.lock,
        "move": partial(doors.move_everything, desk),
        "keychain": partial(open_settings, desk, "keychain"),
        "file-locked": in_the_file(desk.locks.lock),
        "file-unlock": in_the_file(unlock),
        "file-move": in_the_file(partial(doors.move_everything, desk)),
        "file-passphrase": in_the_file(partial(doors.change_passphrase, desk)),
        "file-keychain": in_the_file(partial(open_settings, desk, "keychain")),
    }

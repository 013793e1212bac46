"""Who answers as the Secret Service, as people know it."""

from __future__ import annotations

import os
from pathlib import Path

from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

START_BUS = "Start Twauth from a desktop session, or under dbus-run-session."

_LOG_IN = "Save what is open, then log out and in again: other programs have lost it too."
_STARTED_AGAIN = (
    "Its program has ended and was started again, and it starts locked. The credentials are safe in"
    " it. Unlock it to go on."
)

_OWNERS = {
    "gnome-keyring-d": "GNOME Keyring",  # the kernel keeps 15 characters of a name
    "keepassxc": "KeePassXC",
    "ksecretd": "KWallet",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "oo7-daemon": "oo7",
}


def name_of_process(process: int) -> str:
    """Name the program of a process; "" for one that is not known."""
    try:
        command = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return _OWNERS.get(command, "")


def no_bus() -> VaultAbsentError:
    """Say that there is no session bus: none was ever started, or the one that was has ended."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return VaultAbsentError("The session bus (D-Bus) has ended.", _LOG_IN)
    return VaultAbsentError("There is no session bus (D-Bus).", START_BUS)


class OwnerWatch:
    """Remembers which process answered, to tell a keychain that was started again."""

    def __init__(self) -> None:
        self._first = self._now = 0

    def met(self, process: int) -> None:
        """Take in who answers now."""
        self._first = self._first or process
        self._now = process

    def locked(self, name: str) -> VaultLockedError:
        """Say that it is locked, and why where that is known."""
        again = self._first != self._now
        return VaultLockedError(name, _STARTED_AGAIN if again else "")

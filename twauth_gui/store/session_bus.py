"""Blocking calls on the D-Bus session bus.

Keychains are recognised here by the process that owns the Secret Service.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]
from jeepney.wrappers import DBusErrorResponse  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

NO_KEYCHAIN_SERVICE = "No running program provides the Secret Service."
NO_DEFAULT_KEYRING = "It has no default keyring yet. Unlock it to create one."
_START_BUS = "Start Twauth from a desktop session, or under dbus-run-session."
_LOG_IN = "Save your work, then log out and in again: other programs have lost it too."

_RESTARTED = (
    "Its program was restarted, and it starts locked. The credentials are safe in it. Unlock it to"
    " go on."
)

_KEYCHAIN_NAMES = {
    "gnome-keyring-d": "GNOME Keyring",  # the kernel keeps 15 characters of a name
    "keepassxc": "KeePassXC",
    "ksecretd": "KWallet",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "oo7-daemon": "oo7",
}

_DAEMON = ("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_TIMEOUT_SECONDS = 10.0

# jeepney has no types; no other module gets to see its objects.
_JEEPNEY: Any = jeepney
_JEEPNEY_IO: Any = blocking


class SessionBus:
    """One connection, which only the thread that opened it may use."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            VaultAbsentError: there is no session bus.
        """
        try:
            self._connection: Any = _JEEPNEY_IO.open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError) as error:
            raise missing_bus_error() from error

    def call(
        self, where: tuple[str, str, str], member: str, signature: str = "", *body: object
    ) -> Any:
        """Call a method and return the values of the reply.

        where: object path, bus name, interface.

        Raises:
            DBusErrorResponse: the method returned an error.
            OSError: the bus went away, or did not answer in time.
        """
        address = _JEEPNEY.DBusAddress(*where)
        message = _JEEPNEY.new_method_call(address, member, signature or None, body)
        reply = self._connection.send_and_get_reply(message, timeout=_TIMEOUT_SECONDS)
        if reply.header.message_type is _JEEPNEY.MessageType.error:
            raise DBusErrorResponse(reply)
        return reply.body

    def is_name_available(self, name: str) -> bool:
        """Whether a process owns the name, or would be started for it."""
        (owned,) = self.call(_DAEMON, "NameHasOwner", "s", name)
        if owned:
            return True
        (startable,) = self.call(_DAEMON, "ListActivatableNames")
        return name in startable

    def owner_process(self, name: str) -> int:
        """Return the id of the process that owns the name."""
        (process,) = self.call(_DAEMON, "GetConnectionUnixProcessID", "s", name)
        return int(process)

    def close(self) -> None:
        self._connection.close()


class OwnerTracker:
    """Remembers which process answered, to notice a keychain that was restarted."""

    def __init__(self) -> None:
        self._first = self._now = 0

    def record_process(self, process: int) -> None:
        """Note the process that answers now."""
        self._first = self._first or process
        self._now = process

    def locked_error(self, name: str) -> VaultLockedError:
        """Return the error for a locked keychain, with the reason if it is known."""
        was_restarted = self._first != self._now
        return VaultLockedError(name, _RESTARTED if was_restarted else "")


def keychain_name_of_process(process: int) -> str:
    """Return the display name of a process's keychain program; "" if it is unknown."""
    try:
        command = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return _KEYCHAIN_NAMES.get(command, "")


def missing_bus_error() -> VaultAbsentError:
    """Return the error for a session bus that was never started, or has ended."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return VaultAbsentError("The session bus (D-Bus) has ended.", _LOG_IN)
    return VaultAbsentError("There is no session bus (D-Bus).", _START_BUS)

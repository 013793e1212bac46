"""Blocking calls on the session bus, and which program offers the Secret Service there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]
from jeepney.wrappers import DBusErrorResponse  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError

START_BUS = "Start Twauth from a desktop session, or under dbus-run-session."

_LOG_IN = "Save what is open, then log out and in again: other programs have lost it too."
_STARTED_AGAIN = (
    "Its program has ended and was started again, and it starts locked. The credentials are safe in"
    " it. Unlock it to go on."
)

_KEYCHAIN_NAMES = {
    "gnome-keyring-d": "GNOME Keyring",  # the kernel keeps 15 characters of a name
    "keepassxc": "KeePassXC",
    "ksecretd": "KWallet",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "oo7-daemon": "oo7",
}


def keychain_name_of_process(process: int) -> str:
    """Name the program of a process; "" for one that is not known."""
    try:
        command = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return _KEYCHAIN_NAMES.get(command, "")


def missing_bus_error() -> VaultAbsentError:
    """Say that there is no session bus: none was ever started, or the one that was has ended."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return VaultAbsentError("The session bus (D-Bus) has ended.", _LOG_IN)
    return VaultAbsentError("There is no session bus (D-Bus).", START_BUS)


class OwnerTracker:
    """Remembers which process answered, to tell a keychain that was started again."""

    def __init__(self) -> None:
        self._first = self._now = 0

    def record_process(self, process: int) -> None:
        """Take in who answers now."""
        self._first = self._first or process
        self._now = process

    def locked_error(self, name: str) -> VaultLockedError:
        """Say that it is locked, and why where that is known."""
        again = self._first != self._now
        return VaultLockedError(name, _STARTED_AGAIN if again else "")


# The library has no types; behind this module nothing of it shows.
_JEEPNEY: Any = jeepney
_JEEPNEY_IO: Any = blocking

_DAEMON = ("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_TIMEOUT_SECONDS = 10.0


class SessionBus:
    """One connection. It belongs to the thread that opens it."""

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
        """Call a method; where is object path, bus name, interface. Gives the answer's values.

        Raises:
            DBusErrorResponse: the other side refused.
            OSError: the bus went away, or did not answer in time.
        """
        address = _JEEPNEY.DBusAddress(*where)
        message = _JEEPNEY.new_method_call(address, member, signature or None, body)
        answer = self._connection.send_and_get_reply(message, timeout=_TIMEOUT_SECONDS)
        if answer.header.message_type is _JEEPNEY.MessageType.error:
            raise DBusErrorResponse(answer)
        return answer.body

    def is_name_available(self, name: str) -> bool:
        """Whether somebody owns the name, or would be started for it."""
        (owned,) = self.call(_DAEMON, "NameHasOwner", "s", name)
        if owned:
            return True
        (startable,) = self.call(_DAEMON, "ListActivatableNames")
        return name in startable

    def owner_process(self, name: str) -> int:
        """Give the id of the process that owns the name."""
        (process,) = self.call(_DAEMON, "GetConnectionUnixProcessID", "s", name)
        return int(process)

    def close(self) -> None:
        self._connection.close()

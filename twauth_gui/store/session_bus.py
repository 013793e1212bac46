"""A few blocking calls on the session bus."""

from __future__ import annotations

from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]
from jeepney.wrappers import DBusErrorResponse  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.store.secret_service_owners import no_bus

# The library has no types; behind this module nothing of it shows.
_UNTYPED: Any = jeepney
_UNTYPED_IO: Any = blocking

_DAEMON = ("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_SECONDS = 10.0


class SessionBus:
    """One connection. It belongs to the thread that opens it."""

    def __init__(self) -> None:
        """Connect.

        Raises:
            VaultAbsentError: there is no session bus.
        """
        try:
            self._connection: Any = _UNTYPED_IO.open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError) as error:
            raise no_bus() from error

    def call(
        self, where: tuple[str, str, str], member: str, signature: str = "", *body: object
    ) -> Any:
        """Call a method; where is object path, bus name, interface. Gives the answer's values.

        Raises:
            DBusErrorResponse: the other side refused.
            OSError: the bus went away, or did not answer in time.
        """
        address = _UNTYPED.DBusAddress(*where)
        message = _UNTYPED.new_method_call(address, member, signature or None, body)
        answer = self._connection.send_and_get_reply(message, timeout=_SECONDS)
        if answer.header.message_type is _UNTYPED.MessageType.error:
            raise DBusErrorResponse(answer)
        return answer.body

    def offers(self, name: str) -> bool:
        """Whether somebody owns the name, or would be started for it."""
        (owned,) = self.call(_DAEMON, "NameHasOwner", "s", name)
        if owned:
            return True
        (startable,) = self.call(_DAEMON, "ListActivatableNames")
        return name in startable

    def process_of(self, name: str) -> int:
        """Give the id of the process that owns the name."""
        (process,) = self.call(_DAEMON, "GetConnectionUnixProcessID", "s", name)
        return int(process)

    def close(self) -> None:
        self._connection.close()

"""A notification server as desktops have one, on a session bus of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Self

from tests.support.dbus import JEEPNEY, JEEPNEY_BLOCKING
from tests.support.wait import wait_until

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_SIGNATURE = "susssasa{sv}i"
_SECONDS = 20


@dataclass(frozen=True)
class ShownNotification:
    """What a program has asked to show. replaces: the id in whose place it is, 0 for none."""

    id: int
    app: str
    replaces: int
    title: str
    body: str
    actions: tuple[str, ...]


class NotificationServer:
    """Answers Notify as its specification says, refuses other signatures, and can be clicked."""

    def __init__(self, address: str) -> None:
        self._connection: Any = JEEPNEY_BLOCKING.open_dbus_connection(address)
        reply = self._connection.send_and_get_reply(JEEPNEY.message_bus.RequestName(_NAME))
        assert reply.body == (1,)
        self.shown: list[ShownNotification] = []
        self._thread = threading.Thread(target=self._answer, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(_SECONDS)
        self._connection.close()

    def wait_for(self, count: int) -> ShownNotification:
        """Return the newest notification once there are so many."""
        wait_until(lambda: len(self.shown) >= count, _SECONDS, f"{count} notifications")
        assert len(self.shown) == count
        return self.shown[-1]

    def click(self, notification_id: int) -> None:
        """Click a notification, as the user does."""
        emitter = JEEPNEY.DBusAddress(_PATH, interface=_NAME)
        body = (notification_id, "default")
        self._connection.send(JEEPNEY.new_signal(emitter, "ActionInvoked", "us", body))

    def _answer(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError):
                return
            fields, names = message.header.fields, JEEPNEY.HeaderFields
            if fields.get(names.member) != "Notify":
                continue
            if fields.get(names.signature) != _SIGNATURE:
                error = "org.freedesktop.DBus.Error.InvalidArgs"
                self._connection.send(JEEPNEY.new_error(message, error))
                continue
            app, replaces, _icon, title, body, actions, _hints, _timeout = message.body
            number = replaces or len(self.shown) + 1
            self.shown.append(ShownNotification(number, app, replaces, title, body, tuple(actions)))
            self._connection.send(JEEPNEY.new_method_return(message, "u", (number,)))

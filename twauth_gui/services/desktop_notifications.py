"""Notifications of the Linux desktops: org.freedesktop.Notifications on the session bus."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

# The library has no types; other modules do not see it.
_UNTYPED: Any = jeepney
_UNTYPED_IO: Any = blocking

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_ACTION = "default"  # the click on the notification itself (its specification, actions)
_SERVER_DECIDES = -1
_SECONDS = 5.0


class DesktopNotifications:
    """Shows one notification at a time: the next one takes the place of the one before.

    Args:
        app_name, icon: as the desktop knows the program.
        on_activated: called on a thread of its own when the notification was clicked.
    """

    def __init__(self, app_name: str, icon: str, on_activated: Callable[[], None]) -> None:
        self._app_name = app_name
        self._icon = icon
        self._on_activated = on_activated
        self._lock = threading.Lock()
        self._connection: Any = None
        self._replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._shown_id = 0

    def show(self, title: str, body: str) -> bool:
        """Show a notification; return whether there is a server that shows it."""
        with self._lock:
            try:
                self._shown_id = self._notify(title, body)
            except (OSError, KeyError, ValueError, queue.Empty):
                self._drop_connection()
                return False
            return True

    def close(self) -> None:
        """End the connection; what is shown stays with the desktop."""
        with self._lock:
            self._drop_connection()

    def _notify(self, title: str, body: str) -> int:
        if self._connection is None:
            self._connect()
        hints = {"desktop-entry": ("s", self._icon)}
        arguments = (
            *(self._app_name, self._shown_id, self._icon, title, body),
            *([_ACTION, "Show"], hints, _SERVER_DECIDES),
        )
        address = _UNTYPED.DBusAddress(_PATH, _NAME, _NAME)
        call = _UNTYPED.new_method_call(address, "Notify", "susssasa{sv}i", arguments)
        reply = self._call(call)
        if reply.header.message_type is _UNTYPED.MessageType.error:
            raise ValueError(str(reply.header.fields.get(_UNTYPED.HeaderFields.error_name)))
        return int(reply.body[0])

    def _connect(self) -> None:
        self._connection = _UNTYPED_IO.open_dbus_connection("SESSION")
        self._replies = queue.SimpleQueue()
        self._shown_id = 0
        threading.Thread(
            target=self._listen,
            args=(self._connection, self._replies),
            name="notifications",
            daemon=True,
        ).start()
        rule = _UNTYPED.MatchRule(type="signal", interface=_NAME, member="ActionInvoked")
        _ = self._call(_UNTYPED.message_bus.AddMatch(rule))

    def _call(self, message: Any) -> Any:
        self._connection.send(message)
        return self._replies.get(timeout=_SECONDS)

    def _listen(self, connection: Any, replies: queue.SimpleQueue[Any]) -> None:
        """Sort what comes in into replies and clicks, until the connection ends."""
        with contextlib.suppress(OSError, EOFError, ValueError):
            while True:
                message = connection.receive()
                if message.header.message_type is not _UNTYPED.MessageType.signal:
                    replies.put(message)
                elif tuple(message.body[:1]) == (self._shown_id,):
                    self._on_activated()

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the listening thread
            connection.close()

"""A desktop's tray (StatusNotifierItem, com.canonical.dbusmenu): its service, and a user of it."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

from tests.support.dbus import Bus, BusError, MethodCall
from tests.support.wait import wait_until

JEEPNEY: Any = jeepney
JEEPNEY_BLOCKING: Any = blocking

_WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM = ("/StatusNotifierItem", "org.kde.StatusNotifierItem")
_MENU = ("/MenuBar", "com.canonical.dbusmenu")


@dataclass(frozen=True)
class TrayLine:
    """One line of a menu in the tray. label: without its mnemonic."""

    number: int
    label: str
    is_enabled: bool
    is_checked: bool
    lines: list[TrayLine] = field(default_factory=list["TrayLine"])

    def walk(self) -> Iterator[TrayLine]:
        """This line and all below it."""
        yield self
        for line in self.lines:
            yield from line.walk()


class Tray:
    """A context: while it runs, the bus has a tray, in which programs put their icons."""

    def __init__(self, address: str, bus: Bus) -> None:
        self._address = address
        self._bus = bus
        self._items: list[str] = []

    def __enter__(self) -> Self:
        self._connection: Any = JEEPNEY_BLOCKING.open_dbus_connection(self._address)
        reply = self._connection.send_and_get_reply(JEEPNEY.message_bus.RequestName(_WATCHER))
        assert reply.body == (1,)
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join()
        self._connection.close()

    # -- its user ----------------------------------------------------------------------------------

    def wait_for_icon(self) -> None:
        """Wait until a program has put its icon here."""
        wait_until(lambda: self._items, 30, "an icon is in the tray")

    def open(self) -> None:
        """Click the icon."""
        _ = self._bus.call(MethodCall(self._items[-1], *_ITEM, "Activate", "ii", (0, 0)))

    def menu(self) -> TrayLine:
        """The icon's menu, with all below it."""
        call = MethodCall(self._items[-1], *_MENU, "GetLayout", "iias", (0, -1, []))
        return _read_line(self._bus.call(call)[1])

    def labels(self) -> list[str]:
        """The labels of the menu's own lines."""
        return [line.label for line in self.menu().lines if line.label]

    def wait_for(self, label: str) -> TrayLine:
        """Wait until a line of the menu, or of one below it, begins so."""

        def find() -> TrayLine | None:
            with contextlib.suppress(BusError):  # the menu is being filled
                return next(
                    (one for one in self.menu().walk() if one.label.startswith(label)), None
                )
            return None

        return wait_until(find, 20, f"{label!r} is in the tray's menu")

    def choose(self, label: str) -> None:
        """Choose the line that begins so."""
        number = self.wait_for(label).number
        body = (number, "clicked", ("s", ""), 0)
        _ = self._bus.call(MethodCall(self._items[-1], *_MENU, "Event", "isvu", body))

    # -- its service -------------------------------------------------------------------------------

    def _answer(self) -> None:
        names = JEEPNEY.HeaderFields
        with contextlib.suppress(OSError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is not JEEPNEY.MessageType.method_call:
                    continue
                fields = message.header.fields
                member = fields.get(names.member)
                if member == "RegisterStatusNotifierItem":
                    self._items.append(fields[names.sender])
                    reply = JEEPNEY.new_method_return(message)
                elif member == "Get":
                    reply = JEEPNEY.new_method_return(message, "v", (_property(message.body[1]),))
                else:
                    reply = JEEPNEY.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
                self._connection.send(reply)


def _property(name: str) -> tuple[str, object]:
    return ("b", True) if name.startswith("Is") else ("i", 0)


def _read_line(layout: Any) -> TrayLine:
    number, properties, children = layout
    values = {name: value for name, (_, value) in properties.items()}
    return TrayLine(
        number,
        re.sub("_(.)", r"\1", str(values.get("label", ""))),
        is_enabled=bool(values.get("enabled", True)),
        is_checked=values.get("toggle-state", 0) == 1,
        lines=[_read_line(child) for _, child in children],
    )

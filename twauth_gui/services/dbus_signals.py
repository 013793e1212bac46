"""D-Bus signals of Linux that tell of a locked screen or of sleep."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

# The library has no types; other modules do not see it.
_UNTYPED: Any = jeepney
_UNTYPED_IO: Any = blocking

_LOGIND = "org.freedesktop.login1"
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DBusSignal:
    """A signal: interface and member name it, path narrows it down.

    expected_value: the first value it has to carry; None if any will do.
    """

    interface: str
    member: str
    path: str | None = None
    expected_value: bool | None = None


SLEEP_SIGNAL = DBusSignal(f"{_LOGIND}.Manager", "PrepareForSleep", expected_value=True)
SCREEN_SAVER_SIGNALS = (
    DBusSignal("org.freedesktop.ScreenSaver", "ActiveChanged", expected_value=True),
    DBusSignal("org.gnome.ScreenSaver", "ActiveChanged", expected_value=True),
)


def listen_for_signals(bus: str) -> Iterator[DBusSignal | None]:
    """Wait for signals on "SYSTEM" or "SESSION", and yield each; first None, once subscribed.

    It ends if there is no such bus, or when the bus goes away.
    """
    try:
        connection = _UNTYPED_IO.open_dbus_connection(bus)
    except (OSError, KeyError, ValueError):
        return
    # A bus that goes away ends the wait with one of these.
    with contextlib.closing(connection), contextlib.suppress(OSError, EOFError):
        signals = _signals_of(bus, connection)
        for signal in signals:
            _subscribe(connection, signal)
        yield None
        while True:
            message = connection.receive()
            yield from (one for one in signals if _is_match(message, one))


def _signals_of(bus: str, connection: Any) -> tuple[DBusSignal, ...]:
    if bus == "SESSION":
        return SCREEN_SAVER_SIGNALS
    own = _find_own_session(connection)
    return (
        (SLEEP_SIGNAL,)
        if own is None
        else (SLEEP_SIGNAL, DBusSignal(f"{_LOGIND}.Session", "Lock", own))
    )


def _find_own_session(connection: Any) -> str | None:
    """Ask logind for the path of this session: it signals the locks of all sessions."""
    manager = _UNTYPED.DBusAddress("/org/freedesktop/login1", _LOGIND, f"{_LOGIND}.Manager")
    call = _UNTYPED.new_method_call(manager, "GetSession", "s", ("auto",))
    answer = connection.send_and_get_reply(call, timeout=_SECONDS)
    if answer.header.message_type is _UNTYPED.MessageType.error:
        return None  # no logind, or a process outside any session
    return str(answer.body[0])


def _subscribe(connection: Any, signal: DBusSignal) -> None:
    match = _UNTYPED.MatchRule(
        type="signal", interface=signal.interface, member=signal.member, path=signal.path
    )
    _ = connection.send_and_get_reply(_UNTYPED.message_bus.AddMatch(match), timeout=_SECONDS)


def _is_match(message: Any, signal: DBusSignal) -> bool:
    header, names = message.header, _UNTYPED.HeaderFields
    found = (header.fields.get(names.interface), header.fields.get(names.member))
    if header.message_type is not _UNTYPED.MessageType.signal:
        return False
    if found != (signal.interface, signal.member):
        return False
    if signal.path is not None and header.fields.get(names.path) != signal.path:
        return False
    return signal.expected_value is None or (
        bool(message.body) and message.body[0] is signal.expected_value
    )

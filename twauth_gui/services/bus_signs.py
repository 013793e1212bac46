"""The D-Bus signals of Linux that mean: nobody is there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

# The library has no types; behind this module nothing of it shows.
_UNTYPED: Any = jeepney
_UNTYPED_IO: Any = blocking

_LOGIND = "org.freedesktop.login1"
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A signal: interface and member name it, path narrows it down.

    wanted: the first value it has to carry; None where it carries none.
    """

    interface: str
    member: str
    path: str | None = None
    wanted: bool | None = None


SLEEP = Sign(f"{_LOGIND}.Manager", "PrepareForSleep", wanted=True)
SCREEN_SAVERS = (
    Sign("org.freedesktop.ScreenSaver", "ActiveChanged", wanted=True),
    Sign("org.gnome.ScreenSaver", "ActiveChanged", wanted=True),
)


def signs_on(bus: str) -> Iterator[Sign | None]:
    """Wait for signs on "SYSTEM" or "SESSION", and give each; first None, once they are awaited.

    It ends where there is no such bus, or when the bus goes away.
    """
    try:
        connection = _UNTYPED_IO.open_dbus_connection(bus)
    except (OSError, KeyError, ValueError):
        return
    # A bus that goes away ends the wait with one of these.
    with contextlib.closing(connection), contextlib.suppress(OSError, EOFError):
        signs = _signs_of(bus, connection)
        for sign in signs:
            _subscribe(connection, sign)
        yield None
        while True:
            message = connection.receive()
            yield from (sign for sign in signs if _is(message, sign))


def _signs_of(bus: str, connection: Any) -> tuple[Sign, ...]:
    if bus == "SESSION":
        return SCREEN_SAVERS
    own = _own_session(connection)
    return (SLEEP,) if own is None else (SLEEP, Sign(f"{_LOGIND}.Session", "Lock", own))


def _own_session(connection: Any) -> str | None:
    """Ask logind for the path of this person's session: it tells of all sessions' locks."""
    manager = _UNTYPED.DBusAddress("/org/freedesktop/login1", _LOGIND, f"{_LOGIND}.Manager")
    call = _UNTYPED.new_method_call(manager, "GetSession", "s", ("auto",))
    answer = connection.send_and_get_reply(call, timeout=_SECONDS)
    if answer.header.message_type is _UNTYPED.MessageType.error:
        return None  # no logind, or a process outside of any session
    return str(answer.body[0])


def _subscribe(connection: Any, sign: Sign) -> None:
    match = _UNTYPED.MatchRule(
        type="signal", interface=sign.interface, member=sign.member, path=sign.path
    )
    _ = connection.send_and_get_reply(_UNTYPED.message_bus.AddMatch(match), timeout=_SECONDS)


def _is(message: Any, sign: Sign) -> bool:
    header, names = message.header, _UNTYPED.HeaderFields
    found = (header.fields.get(names.interface), header.fields.get(names.member))
    if header.message_type is not _UNTYPED.MessageType.signal:
        return False
    if found != (sign.interface, sign.member):
        return False
    if sign.path is not None and header.fields.get(names.path) != sign.path:
        return False
    return sign.wanted is None or (bool(message.body) and message.body[0] is sign.wanted)

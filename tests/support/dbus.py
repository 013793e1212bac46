"""Blocking D-Bus calls, and the configuration of a private session bus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

# The library has no types; behind this module nothing of it shows.
JEEPNEY: Any = jeepney
JEEPNEY_BLOCKING: Any = blocking
DAEMON = "org.freedesktop.DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"
ANSWER_SECONDS = 10.0  # seconds for one answer
IN_FLIGHT = 128  # calls sent before their answers are read: stays below any socket buffer


class BusError(Exception):
    """The other side answered with an error; its D-Bus name comes first in the text."""


@dataclass(frozen=True)
class MethodCall:
    """One method call; the body has one value per type in signature."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[object, ...] = ()


def property_call(destination: str, path: str, interface: str, name: str) -> MethodCall:
    """The call that reads one property; its answer is (signature, value)."""
    return MethodCall(destination, path, PROPERTIES, "Get", "ss", (interface, name))


class BusSignal(NamedTuple):
    """A signal as it came; path is that of the object it is about."""

    path: str
    member: str
    body: tuple[Any, ...]


class Bus:
    """One connection to a message bus at an address such as unix:path=/run/bus."""

    def __init__(self, address: str) -> None:
        self._connection: Any = JEEPNEY_BLOCKING.open_dbus_connection(address)
        self.signals: list[BusSignal] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def call(self, call: MethodCall) -> tuple[Any, ...]:
        """Return the body of the answer.

        Raises:
            BusError: the other side refused, or is not there.
            TimeoutError: no answer in 10 seconds.
        """
        (answer,) = self.call_many([call])
        if isinstance(answer, BusError):
            raise answer
        return answer

    def call_many(self, calls: Sequence[MethodCall]) -> list[tuple[Any, ...] | BusError]:
        """Return one answer per call, in order, with many calls under way at once.

        A tree of some hundred nodes costs a few rounds this way, not a thousand.
        """
        answers: list[tuple[Any, ...] | BusError] = []
        for start in range(0, len(calls), IN_FLIGHT):
            answers += self._batch(calls[start : start + IN_FLIGHT])
        return answers

    def subscribe(self, interface: str) -> None:
        """From now on collect an interface's signals, until the answer to a call."""
        rule = f"type='signal',interface='{interface}'"
        _ = self.call(daemon_call("AddMatch", rule))

    def has_owner(self, name: str) -> bool:
        """True when some process holds the bus name."""
        return bool(self.call(daemon_call("NameHasOwner", name))[0])

    def process_id(self, name: str) -> int:
        """Return the process that owns the bus name; raise BusError if there is none."""
        return int(self.call(daemon_call("GetConnectionUnixProcessID", name))[0])

    def monitor_calls(self, name: str) -> None:
        """From now on only hear what others ask of this name; nothing can be called any more."""
        rules = [f"type='method_call',destination='{name}'"]
        monitoring = f"{DAEMON}.Monitoring"
        path = "/org/freedesktop/DBus"
        _ = self.call(MethodCall(DAEMON, path, monitoring, "BecomeMonitor", "asu", (rules, 0)))

    def next_call(self) -> str:
        """Wait for the next call, and give the method's name."""
        while True:
            header: Any = self._connection.receive(timeout=ANSWER_SECONDS).header
            if header.message_type is JEEPNEY.MessageType.method_call:
                return str(header.fields[JEEPNEY.HeaderFields.member])

    def _batch(self, calls: Sequence[MethodCall]) -> list[tuple[Any, ...] | BusError]:
        serials: list[int] = []
        for call in calls:
            serial: int = next(self._connection.outgoing_serial)
            self._connection.send(_message(call), serial=serial)
            serials.append(serial)
        waiting = set(serials)
        answers: dict[int, tuple[Any, ...] | BusError] = {}
        while waiting:
            message: Any = self._connection.receive(timeout=ANSWER_SECONDS)
            if message.header.message_type is JEEPNEY.MessageType.signal:
                fields = message.header.fields
                path, member = (
                    str(fields[one])
                    for one in (JEEPNEY.HeaderFields.path, JEEPNEY.HeaderFields.member)
                )
                self.signals.append(BusSignal(path, member, tuple(message.body)))
            serial = message.header.fields.get(JEEPNEY.HeaderFields.reply_serial, -1)
            if serial in waiting:
                waiting.discard(serial)
                answers[serial] = _answer(message)
        return [answers[serial] for serial in serials]


def daemon_call(member: str, name: str) -> MethodCall:
    """A call to the bus itself about one bus name."""
    return MethodCall(DAEMON, "/org/freedesktop/DBus", DAEMON, member, "s", (name,))


def _message(call: MethodCall) -> Any:
    address = JEEPNEY.DBusAddress(call.path, call.destination, call.interface)
    return JEEPNEY.new_method_call(address, call.member, call.signature, call.body)


def _answer(message: Any) -> tuple[Any, ...] | BusError:
    if message.header.message_type is JEEPNEY.MessageType.error:
        return BusError(
            message.header.fields.get(JEEPNEY.HeaderFields.error_name, ""), *message.body
        )
    return tuple(message.body)


SESSION_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  {services}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""


def write_bus_config(folder: Path, *, services: bool) -> tuple[Path, str]:
    """Write the bus's configuration; return its path and the address it will listen at.

    With services, programs installed on this machine start when called, as in a real session: the
    keychain's prompter, a keychain that was killed. Without, nothing starts by itself, so that a
    machine without a keychain can be had.
    """
    socket = folder / "bus"
    entry = "<standard_session_servicedirs/>" if services else ""
    path = folder / "session.conf"
    path.write_text(SESSION_CONFIG.format(socket=socket, services=entry), "utf-8")
    return path, f"unix:path={socket}"

"""A private session bus, and what a desktop sends on it: lock, sleep, end of session."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

from tests.support.dbus import write_bus_config
from tests.support.processes import require_program

JEEPNEY: Any = jeepney
JEEPNEY_BLOCKING: Any = blocking

LOGIND = "org.freedesktop.login1"
OWN_SESSION = "/org/freedesktop/login1/session/_32"


@contextmanager
def run_bus(folder: Path) -> Generator[str]:
    """Run a bus on which nothing starts by itself."""
    folder.mkdir()
    config, address = write_bus_config(folder, services=False)
    argv = [require_program("dbus-daemon"), f"--config-file={config}", "--nofork"]
    process = subprocess.Popen([*argv, "--print-address"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline()
    try:
        yield address
    finally:
        process.kill()
        _ = process.wait()
        process.stdout.close()


class DesktopSignals:
    """Sends what a desktop sends."""

    def __init__(self, address: str) -> None:
        self._connection: Any = JEEPNEY_BLOCKING.open_dbus_connection(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(self, path: str, interface: str, member: str, body: tuple[bool, ...] = ()) -> None:
        emitter = JEEPNEY.DBusAddress(path, interface=interface)
        signature = "b" * len(body) or None
        self._connection.send(JEEPNEY.new_signal(emitter, member, signature, body))

    def own_logind_name(self) -> None:
        """Own logind's name, and tell everybody who asks which session is theirs."""
        reply = self._connection.send_and_get_reply(JEEPNEY.message_bus.RequestName(LOGIND))
        assert reply.body == (1,)
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            message = self._connection.receive()
            if message.header.fields.get(JEEPNEY.HeaderFields.member) == "GetSession":
                self._connection.send(JEEPNEY.new_method_return(message, "o", (OWN_SESSION,)))
                return

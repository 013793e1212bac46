"""A bus of a test's own, and a desktop that sends on it what desktops send."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import jeepney  # pyright: ignore[reportMissingTypeStubs]
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

from tests.support.programs import require_program
from tests.support.session_bus import write_config

UNTYPED: Any = jeepney
UNTYPED_IO: Any = blocking

LOGIND = "org.freedesktop.login1"
OWN = "/org/freedesktop/login1/session/_32"


@contextmanager
def bus_at(folder: Path) -> Generator[str]:
    """Run a bus on which nothing starts by itself."""
    folder.mkdir()
    config, address = write_config(folder, services=False)
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


class DesktopSigns:
    """Sends what a desktop sends."""

    def __init__(self, address: str) -> None:
        self._connection: Any = UNTYPED_IO.open_dbus_connection(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def signal(self, path: str, interface: str, member: str, body: tuple[bool, ...] = ()) -> None:
        emitter = UNTYPED.DBusAddress(path, interface=interface)
        signature = "b" * len(body) or None
        self._connection.send(UNTYPED.new_signal(emitter, member, signature, body))

    def be_logind(self) -> None:
        """Own logind's name, and tell everybody who asks which session is theirs."""
        asked = self._connection.send_and_get_reply(UNTYPED.message_bus.RequestName(LOGIND))
        assert asked.body == (1,)
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            message = self._connection.receive()
            if message.header.fields.get(UNTYPED.HeaderFields.member) == "GetSession":
                self._connection.send(UNTYPED.new_method_return(message, "o", (OWN,)))
                return

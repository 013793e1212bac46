"""Proves that locked screens and sleep are heard on real buses, and that no bus does no harm."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import jeepney  # pyright: ignore[reportMissingTypeStubs]
import pytest
from jeepney.io import blocking  # pyright: ignore[reportMissingTypeStubs]

from tests.support.eventually import eventually
from tests.support.programs import require_program
from tests.support.session_bus import write_config
from twauth_gui.services.session_watch import SessionWatch

UNTYPED: Any = jeepney
UNTYPED_IO: Any = blocking

LOGIND = "org.freedesktop.login1"
OWN, OTHER = "/org/freedesktop/login1/session/_32", "/org/freedesktop/login1/session/_33"
SECONDS = 20


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


class Desktop:
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


@dataclass
class Heard:
    """What the watch told, from its threads."""

    buses: queue.Queue[str]
    signs: queue.Queue[None]

    def wait_for_signs(self, count: int) -> None:
        for _ in range(count):
            self.signs.get(timeout=SECONDS)

    def at_the_end(self) -> int:
        """Give the number of further signs, once the threads have ended with their buses."""
        names = {"SYSTEM bus", "SESSION bus"}
        eventually(
            lambda: not names & {one.name for one in threading.enumerate()}, SECONDS, "both ended"
        )
        return self.signs.qsize()


@pytest.fixture
def heard() -> Heard:
    return Heard(queue.Queue(), queue.Queue())


@pytest.fixture
def watch(heard: Heard) -> Generator[SessionWatch]:
    made = SessionWatch(lambda: heard.signs.put(None), heard.buses.put)
    yield made
    made.stop()


def test_sleep_and_the_lock_of_this_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: SessionWatch, heard: Heard
) -> None:
    manager = ("/org/freedesktop/login1", f"{LOGIND}.Manager", "PrepareForSleep")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with (
        bus_at(tmp_path / "system") as system,
        Desktop(system) as logind,
        Desktop(system) as emitter,
    ):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
        logind.be_logind()
        watch.start()
        assert heard.buses.get(timeout=SECONDS) == "SYSTEM"
        emitter.signal(*manager, (False,))  # it woke up
        emitter.signal(OTHER, f"{LOGIND}.Session", "Lock")  # somebody else's
        emitter.signal(OWN, f"{LOGIND}.Session", "Unlock")
        emitter.signal(*manager, (True,))
        emitter.signal(OWN, f"{LOGIND}.Session", "Lock")
        heard.wait_for_signs(2)
    assert heard.at_the_end() == 0
    assert heard.buses.empty()  # the other bus was not there


@pytest.mark.parametrize("owner", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
def test_the_screen_savers_of_desktops_without_logind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    watch: SessionWatch,
    heard: Heard,
    *,
    owner: str,
) -> None:
    with (
        bus_at(tmp_path / "system") as system,
        bus_at(tmp_path / "session") as session,
        Desktop(session) as desktop,
    ):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session)
        watch.start()
        told = {heard.buses.get(timeout=SECONDS), heard.buses.get(timeout=SECONDS)}
        assert told == {"SYSTEM", "SESSION"}
        desktop.signal("/ScreenSaver", owner, "ActiveChanged", (False,))
        desktop.signal("/ScreenSaver", owner, "ActiveChanged", (True,))
        heard.wait_for_signs(1)
    assert heard.at_the_end() == 0

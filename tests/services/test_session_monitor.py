"""Locked screens and sleep are noticed on real buses; a missing bus does no harm."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.desktop_signals import LOGIND, OWN_SESSION, DesktopSignals, run_bus
from tests.support.wait import wait_until
from twauth_gui.services.session_monitor import SessionMonitor

OTHER = "/org/freedesktop/login1/session/_33"
SECONDS = 20


@dataclass
class ReceivedSignals:
    """Records what the monitor reports from its threads."""

    buses: queue.Queue[str]
    signs: queue.Queue[None]

    def wait_for_signs(self, count: int) -> None:
        for _ in range(count):
            self.signs.get(timeout=SECONDS)

    def at_the_end(self) -> int:
        """Return the number of further signals, once the threads have ended with their buses."""
        names = {"SYSTEM bus", "SESSION bus"}
        wait_until(
            lambda: not names & {one.name for one in threading.enumerate()}, SECONDS, "both ended"
        )
        return self.signs.qsize()


@pytest.fixture
def signals() -> ReceivedSignals:
    return ReceivedSignals(queue.Queue(), queue.Queue())


@pytest.fixture
def progress(signals: ReceivedSignals) -> Generator[SessionMonitor]:
    monitor = SessionMonitor(lambda: signals.signs.put(None), signals.buses.put)
    yield monitor
    monitor.stop()


def test_sleep_and_the_lock_of_this_session(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    progress: SessionMonitor,
    signals: ReceivedSignals,
) -> None:
    manager = ("/org/freedesktop/login1", f"{LOGIND}.Manager", "PrepareForSleep")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with (
        run_bus(tmp_path / "system") as system,
        DesktopSignals(system) as logind,
        DesktopSignals(system) as emitter,
    ):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
        logind.own_logind_name()
        progress.start()
        assert signals.buses.get(timeout=SECONDS) == "SYSTEM"
        emitter.send(*manager, (False,))  # it woke up
        emitter.send(OTHER, f"{LOGIND}.Session", "Lock")  # of another session
        emitter.send(OWN_SESSION, f"{LOGIND}.Session", "Unlock")
        emitter.send(*manager, (True,))
        emitter.send(OWN_SESSION, f"{LOGIND}.Session", "Lock")
        signals.wait_for_signs(2)
    assert signals.at_the_end() == 0
    assert signals.buses.empty()  # the other bus was not there


@pytest.mark.parametrize("owner", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
def test_the_screen_savers_of_desktops_without_logind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    progress: SessionMonitor,
    signals: ReceivedSignals,
    *,
    owner: str,
) -> None:
    with (
        run_bus(tmp_path / "system") as system,
        run_bus(tmp_path / "session") as session,
        DesktopSignals(session) as desktop,
    ):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session)
        progress.start()
        bus_names = {signals.buses.get(timeout=SECONDS), signals.buses.get(timeout=SECONDS)}
        assert bus_names == {"SYSTEM", "SESSION"}
        desktop.send("/ScreenSaver", owner, "ActiveChanged", (False,))
        desktop.send("/ScreenSaver", owner, "ActiveChanged", (True,))
        signals.wait_for_signs(1)
    assert signals.at_the_end() == 0

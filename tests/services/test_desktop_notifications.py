"""Notifications reach a real server on a real bus; without one, the caller is told."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.desktop_signals import run_bus
from tests.support.notification_server import NotificationServer
from twauth_gui.services.desktop_notifications import DesktopNotifications

if TYPE_CHECKING:
    import pytest

SECONDS = 20


def test_one_takes_the_place_of_the_other_and_a_click_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks: queue.SimpleQueue[None] = queue.SimpleQueue()
    notifications = DesktopNotifications("Twauth", "twauth", lambda: clicks.put(None))
    with run_bus(tmp_path / "session") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert not notifications.show("nobody", "shows it")
        with NotificationServer(address) as server:
            assert notifications.show("@fernwick_news needs attention", "Show")
            first = server.wait_for(1)
            assert (first.app, first.title, first.body) == (
                "Twauth",
                "@fernwick_news needs attention",
                "Show",
            )
            assert first.actions[0] == "default"
            server.click(first.id + 1)  # of another program
            assert notifications.show("2 accounts need attention", "@fernwick_news, @tidal_times")
            second = server.wait_for(2)
            assert second.replaces == first.id
            server.click(second.id)
            clicks.get(timeout=SECONDS)
            assert clicks.empty()
        notifications.close()
    assert not notifications.show("the bus", "is gone")

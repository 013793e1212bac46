"""Fixtures of the real window over real services, of which nothing outlives a test."""

from __future__ import annotations

import gc
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from tests.services.conftest import app, clock, installation
from tests.support.installations import Installation, find_free_port
from tests.support.qt import look
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.gui.theme.look import Look
from twauth_gui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


__all__ = ["app", "clock", "installation", "look"]

HANDLES = ("fernwick_news", "marsh_weather", "tidal_times")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the offscreen plugin say what it cannot do: it has no real windows."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


class RecordingBrowser(QObject):
    """Replaces the system's browser: records the addresses that it was to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened_urls: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened_urls.append(url.toString())


@dataclass(frozen=True)
class WindowFixtures:
    """What a WindowDriver needs besides an installation."""

    qtbot: QtBot
    look: Look
    browser: RecordingBrowser


@pytest.fixture
def browser(qapp: QApplication) -> Generator[RecordingBrowser]:
    browser = RecordingBrowser()
    for scheme in ("http", "https"):
        # The stub asks for bytes, which the call refuses.
        QDesktopServices.setUrlHandler(scheme, browser, "open")  # type: ignore[arg-type]
    yield browser
    for scheme in ("http", "https"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    with Sandbox(port=0) as running:
        running.change_settings(callbacks=(f"http://127.0.0.1:{find_free_port()}/callback",))
        yield running


@pytest.fixture
def account(installation: Installation, app: App) -> Account:
    return installation.sign_in(app)


@pytest.fixture
def accounts(installation: Installation, app: App) -> list[Account]:
    return [installation.sign_in(app, handle) for handle in HANDLES]


@pytest.fixture
def cycles() -> Generator[None]:
    """Collect cycles on this thread only: a worker would destroy the Qt objects in them.

    What exists before the window is frozen, so that a collection scans the window alone.
    """
    gc.disable()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.collect()
    gc.enable()


@pytest.fixture
def person(qtbot: QtBot, look: Look, browser: RecordingBrowser, cycles: None) -> WindowFixtures:
    return WindowFixtures(qtbot, look, browser)


@pytest.fixture
def driver(person: WindowFixtures, installation: Installation) -> Generator[WindowDriver]:
    """A driver whose window is not open yet: a test first fills the store."""
    driver = WindowDriver(person.qtbot, installation, person.look)
    QGuiApplication.clipboard().clear()
    yield driver
    driver.close()
    QGuiApplication.clipboard().clear()

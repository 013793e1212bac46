"""Whatever is on the screen stays there, and nothing is a window of its own on the way to it."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from tests.journeys.stage import fill_store, show_scene
from tests.journeys.stage_steps import wait_idle
from tests.support.qt import find_unowned_objects
from tests.window.conftest import RecordingBrowser
from tests.window.driver import WindowDriver
from tests.window.sign_in_steps import IN_BROWSER, begin_sign_in
from twauth_gui.domain.apps import App

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SCENES = (
    *("main", "add", "app", "export", "resume", "settings", "back-up", "walk", "app-check"),
    *("options", "link-waits", "other-account", "remove", "file-unlock"),
    *("oauth2-scopes", "oauth2-account", "oauth2-browser"),
    *("palette", "switcher", "export-damaged", "export-folder", "preset-new", "push"),
    *("guide", "profiles", "shortcuts"),
    *("tagged-much", "note-edit", "tag-dialog", "note-dialog"),
)


class Strays(QObject):
    """Notes parts that are shown before they have their place: each is a window for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.titles.append(repr(watched))
        return False


@pytest.fixture
def strays(qapp: QApplication) -> Generator[Strays]:
    strays_seen = Strays()
    qapp.installEventFilter(strays_seen)
    yield strays_seen
    qapp.removeEventFilter(strays_seen)


def address_of_focus() -> int:
    """Say which part has the focus by its address, so that nothing here keeps it alive."""
    widget = QApplication.focusWidget()
    return 0 if widget is None else shiboken6.getCppPointer(widget)[0]


@pytest.mark.parametrize("scene", SCENES)
def test_every_stop_of_the_focus_stays(
    driver: WindowDriver, scene: str, strays: Strays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])  # which a scene changes
    fill_store(driver.installation.services)
    driver.open()
    strays.titles.clear()  # the window itself
    show_scene(driver.window, driver.installation.vault, scene)
    wait_idle(driver.window)
    assert strays.titles == []
    stops: set[int] = set()
    while (stop := address_of_focus()) not in stops:
        assert find_unowned_objects() == []
        stops.add(stop)
        QTest.keyClick(driver.window.windowHandle(), Qt.Key.Key_Tab)
    assert stops - {0}, "the focus is somewhere"


def test_the_link_of_a_continued_sign_in(
    driver: WindowDriver, app: App, browser: RecordingBrowser, qtbot: QtBot
) -> None:
    driver.open()
    begin_sign_in(driver, "fernwick_news", IN_BROWSER)
    driver.wait_until(lambda: browser.opened_urls)
    with qtbot.waitSignal(driver.window.context.snapshots.changed):
        driver.press("Finish later")
    driver.select("@fernwick_news")
    driver.press("Continue")
    driver.wait_until(
        lambda: driver.has_button("Copy link") and driver.button("Copy link").hasFocus()
    )
    assert find_unowned_objects() == []

"""Whatever is on the screen stays there, and nothing is a window of its own on the way to it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from tests.journeys.stage import fill, play
from tests.support.doomed import doomed
from tests.window.conftest import Browser
from tests.window.driver import Driver
from tests.window.signing_in import IN_BROWSER, add
from twauth_gui.domain.apps import App

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SCENES = (
    *("main", "add", "app", "export", "resume", "settings", "back-up", "walk", "app-check"),
    *("options", "link-waits", "other-account", "remove", "file-unlock"),
    *("oauth2-scopes", "oauth2-account", "oauth2-browser"),
)


class Strays(QObject):
    """Notes parts that are shown before they have their place: each is a window for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(repr(watched))
        return False


@pytest.fixture
def strays(qapp: QApplication) -> Generator[Strays]:
    noted = Strays()
    qapp.installEventFilter(noted)
    yield noted
    qapp.removeEventFilter(noted)


def focused() -> int:
    """Say which part has the focus by its address, so that nothing here keeps it alive."""
    widget = QApplication.focusWidget()
    return 0 if widget is None else shiboken6.getCppPointer(widget)[0]


@pytest.mark.parametrize("scene", SCENES)
def test_every_stop_of_the_focus_stays(desk: Driver, scene: str, strays: Strays) -> None:
    fill(desk.ground.kit)
    desk.open()
    strays.seen.clear()  # the window itself
    play(desk.window, desk.ground.vault, scene)
    desk.settle()
    assert strays.seen == []
    stops: set[int] = set()
    while (stop := focused()) not in stops:
        assert doomed() == []
        stops.add(stop)
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Tab)
    assert stops - {0}, "the focus is somewhere"


def test_the_link_of_a_sign_in_that_is_gone_on_with(
    desk: Driver, app: App, browser: Browser, qtbot: QtBot
) -> None:
    desk.open()
    add(desk, "fernwick_news", IN_BROWSER)
    desk.until(lambda: browser.opened)
    with qtbot.waitSignal(desk.window.desk.library.changed):
        desk.press("Finish later")
    desk.select("@fernwick_news")
    desk.press("Continue")
    desk.until(lambda: desk.has("Copy link") and desk.button("Copy link").hasFocus())
    assert doomed() == []

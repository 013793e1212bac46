"""A window paints in the look that it was handed, whatever another window shows."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyleOptionViewItem,
    QWidget,
)

from tests.support.qt import find_painting_widgets, render_alone
from tests.window.driver import WindowDriver
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.detail.detail_pane import DetailPane
from twauth_gui.gui.parts.diagnosis_view import StartFailureWindow
from twauth_gui.gui.theme.colours import DARK
from twauth_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# Qt paints these, all or in part, from the style sheet, of which the application has one.
_STYLED = (QLineEdit, QPlainTextEdit, DetailPane)


@pytest.fixture
def dark_look(qapp: QApplication, look: Look) -> Generator[Look]:
    dark = Look(qapp, "dark")
    yield dark
    dark.stop()


def paint_pictures(window: QWidget) -> list[tuple[str, QImage]]:
    """Render each widget that paints itself, and the first rows of each list."""
    painting = [one for one in find_painting_widgets(window) if not isinstance(one, _STYLED)]
    pictures = [(type(one).__name__, render_alone(one)) for one in painting if one.isVisible()]
    for view in window.findChildren(QListView):
        pictures += [(type(view).__name__, paint_row(view, row)) for row in range(2)]
    return pictures


def paint_row(view: QListView, row: int) -> QImage:
    """Render one row as its delegate paints it, on a colour that no theme has."""
    option, index = QStyleOptionViewItem(), view.model().index(row, 0)
    view.initViewItemOption(option)
    option.rect = view.visualRect(index).translated(-view.visualRect(index).topLeft())
    image = QImage(option.rect.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    view.itemDelegate().paint(painter, option, index)
    painter.end()
    return image


def test_two_windows_have_two_looks(
    driver: WindowDriver, accounts: list[Account], dark_look: Look, qtbot: QtBot
) -> None:
    driver.open()
    driver.select("@fernwick_news")
    driver.press("Export…")
    driver.wait_for_text("Export @fernwick_news")
    driver.wait_idle()
    driver.wait_until(lambda: "_FadingPicture" not in dict(paint_pictures(driver.window)))
    before = paint_pictures(driver.window)
    names = {name for name, _ in before}
    assert names >= {"Text", "Button", "_Star", "ExportDialog", "QListView", "AccountListView"}
    dark_look.apply()
    diagnosis = Diagnosis(ProblemKind.UNKNOWN, "The disk is full.", "Free some space.")
    other = StartFailureWindow(dark_look, diagnosis)
    qtbot.addWidget(other)
    other.show()
    qtbot.waitExposed(other)
    assert QApplication.palette().color(QPalette.ColorRole.Base) == QColor(DARK.base)
    button = dict(paint_pictures(other))["Button"]
    assert button.pixelColor(4, button.height() // 2) == QColor(DARK.accent)
    after = paint_pictures(driver.window)
    changed = [name for (name, old), (_, new) in zip(before, after, strict=True) if old != new]
    assert changed == []

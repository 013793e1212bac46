"""Steps of a user at the import: drop, read the table, check, choose an app."""

from __future__ import annotations

import warnings
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.window.driver import WindowDriver
from twauth_gui.gui.imports.import_dialog import ImportDialog
from twauth_gui.gui.parts.choice_table import ChoiceTable
from twauth_gui.gui.parts.choice_table_model import Column
from twauth_gui.gui.parts.choice_table_row import TableRow

_COPY, _LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier
_EDGE = QPoint(4, 4)  # where no field takes text


class ImportUser:
    """Works with the uppermost dialog, which has to be that of the import."""

    def __init__(self, driver: WindowDriver) -> None:
        self.driver = driver

    @property
    def dialog(self) -> ImportDialog:
        dialog = self.driver.window.context.dialogs.top()
        assert isinstance(dialog, ImportDialog)
        return dialog

    @property
    def table(self) -> ChoiceTable:
        """The table that is visible."""
        (table,) = [one for one in self.dialog.findChildren(ChoiceTable) if one.isVisible()]
        return table

    @property
    def lines(self) -> dict[str, str]:
        """The status of each row of the visible table, by title."""
        return {row.title: row.status.word for row in self.table.rows.rows}

    @property
    def checked(self) -> list[str]:
        return [row.title for row in self.table.rows.rows if row.is_checked]

    def row(self, title: str) -> TableRow:
        return self.table.rows.rows[self._number(title)]

    @property
    def titles(self) -> list[str]:
        """The titles in the visible table, from the top; none if there is no table yet."""
        dialog = self.driver.window.context.dialogs.top()
        tables = dialog.findChildren(ChoiceTable) if isinstance(dialog, ImportDialog) else []
        return [row.title for one in tables if one.isVisible() for row in one.rows.rows]

    def wait_for_rows(self, *titles: str) -> None:
        """Wait until the visible table has exactly these rows, in any order."""
        wanted = sorted(titles)
        self.driver.wait_until(lambda: sorted(self.titles) == wanted)
        self.driver.wait_idle()

    def _number(self, title: str) -> int:
        return self.titles.index(title)

    # -- mouse and keyboard ------------------------------------------------------------------------

    def select(self, title: str) -> None:
        self.table.setFocus()
        self.table.select_number(self._number(title))

    def press_key(self, key: Qt.Key, hold: Qt.KeyboardModifier = _NONE) -> None:
        QTest.keyClick(self.table, key, hold)

    def toggle(self, title: str) -> None:
        """Press Space on a row."""
        self.select(title)
        self.press_key(Qt.Key.Key_Space)

    def click_check(self, title: str) -> None:
        """Click the check box of a row."""
        area = self.table.visualRect(self.table.rows.index(self._number(title), Column.ITEM))
        QTest.mouseClick(
            self.table.viewport(), _LEFT, _NONE, QPoint(area.left() + 24, area.center().y())
        )

    def choose_app(self, label: str) -> None:
        """Choose from the menu that is open, or is about to open."""
        self.driver.wait_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert label in [action.text() for action in menu.actions()]
        self.driver.wait_until(menu.isVisible)
        for _ in menu.actions():
            if menu.activeAction().text() != label:
                QTest.keyClick(menu, Qt.Key.Key_Down)
        assert menu.activeAction().text() == label
        QTest.keyClick(menu, Qt.Key.Key_Return)
        self.driver.wait_until(lambda: QApplication.activePopupWidget() is None)

    # -- drops -------------------------------------------------------------------------------------

    def drop(self, *paths: Path) -> bool:
        """Drop files on the window; return whether it takes them."""
        return self.drop_urls(*(QUrl.fromLocalFile(str(path)) for path in paths))

    def drop_urls(self, *urls: QUrl) -> bool:
        mime = QMimeData()
        mime.setUrls(list(urls))
        return self.drop_mime(mime)

    def drop_text(self, text: str, place: QPoint = _EDGE) -> bool:
        mime = QMimeData()
        mime.setText(text)
        return self.drop_mime(mime, place)

    def drop_mime(self, mime: QMimeData, place: QPoint = _EDGE) -> bool:
        """Drop something at a place of the window, as the window system tells of it."""
        if not self.drag(mime, place):
            return False
        drop = QDropEvent(QPointF(place), _COPY | Qt.DropAction.MoveAction, mime, _LEFT, _NONE)
        drop.setDropAction(Qt.DropAction.MoveAction)  # what file managers prefer
        self._send(drop)
        assert drop.dropAction() is _COPY, "a move would delete the file"
        return drop.isAccepted()

    def drag(self, mime: QMimeData, place: QPoint = _EDGE) -> bool:
        """Drag something over the window; return whether it may be dropped."""
        with warnings.catch_warnings():  # Qt 6.12 wants a point of fractions, 6.11 has none
            warnings.simplefilter("ignore", DeprecationWarning)
            enter = QDragEnterEvent(place, _COPY | Qt.DropAction.MoveAction, mime, _LEFT, _NONE)
        enter.ignore()
        self._send(enter)
        return enter.isAccepted()

    def leave(self) -> None:
        """Drag it away again."""
        self._send(QDragLeaveEvent())

    def _send(self, event: QEvent) -> None:
        handle = self.driver.window.windowHandle()
        assert handle is not None
        QApplication.sendEvent(handle, event)

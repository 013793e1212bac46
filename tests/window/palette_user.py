"""A user of the palette, by keyboard and mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.qt import focus_widget
from tests.window.driver import WindowDriver
from twauth_gui.gui.palette.palette_dialog import PaletteDialog
from twauth_gui.gui.palette.palette_list import PaletteView

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


class PaletteUser:
    """Opens the palette, types, reads what is listed, clicks rows."""

    def __init__(self, driver: WindowDriver) -> None:
        self._driver = driver

    @property
    def is_open(self) -> bool:
        return isinstance(self._driver.window.context.dialogs.top(), PaletteDialog)

    def press(self, *keys: Qt.Key, hold: Qt.KeyboardModifier = NONE) -> None:
        """Press keys where the focus is."""
        for key in keys:
            QTest.keyClick(self._driver.window.windowHandle(), key, hold)

    def open(self, text: str = "") -> None:
        """Press the palette's keys, wait until all is read, and type."""
        self.press(Qt.Key.Key_K, hold=CTRL)
        assert self.is_open
        self._driver.wait_idle()
        self.type(text)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(focus_widget(), text)

    @property
    def view(self) -> PaletteView:
        top = self._driver.window.context.dialogs.top()
        assert isinstance(top, PaletteDialog)
        (view,) = top.findChildren(PaletteView)
        return view

    @property
    def rows(self) -> list[str]:
        """Names of groups and titles of items, from the top."""
        model = self.view.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    @property
    def current(self) -> str:
        """What a screen reader says of the current row."""
        item = self.view.current_item
        return item.spoken if item is not None else ""

    def click(self, title: str) -> None:
        """Click the row of this title."""
        index = self.view.model().index(self.rows.index(title), 0)
        place = self.view.visualRect(index).center()
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, NONE, place)

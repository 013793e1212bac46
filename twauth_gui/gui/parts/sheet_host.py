"""The place in a window where its sheets stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.gui.parts.fade import CrossFade
from twauth_gui.gui.parts.off import veil
from twauth_gui.gui.parts.sheet import Dialog
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import line_height

NARROW = 760
_FREE = 40
_NORMAL_LINE = 20


class _Scrim(QWidget):
    """Darkens the window and keeps the pointer from it."""

    going = Signal()

    def __init__(self, window: QWidget, sheet: Dialog, back_to: QWidget | None) -> None:
        super().__init__(window)
        self._window = window
        self.sheet = sheet
        self.back_to = back_to
        sheet.setParent(self)
        sheet.layout_wanted.connect(self.place)
        sheet.closed.connect(self._on_closed)

    def place(self) -> None:
        """Cover the window, and give the sheet its place in it."""
        area = self._window.rect()
        self.setGeometry(area)
        self.sheet.set_narrow(narrow=_fills(area, self.sheet))
        self.sheet.setGeometry(_place_in(area, self.sheet))

    def _on_closed(self) -> None:
        fade = CrossFade(self._window)
        self.hide()
        self.going.emit()
        fade.start()
        self.deleteLater()

    @override
    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        event.accept()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        QPainter(self).fillRect(self.rect(), current_look().colour("scrim"))


class DialogHost(QObject):
    """Stacks sheets over a window; page is what is disabled meanwhile.

    Shortcuts that must rest while a sheet is open belong to the page, not to the window.
    changed is sent when a sheet opens or closes.
    """

    changed = Signal()

    def __init__(self, window: QWidget, page: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._scrims: list[_Scrim] = []
        window.installEventFilter(self)

    def open(self, sheet: Dialog) -> None:
        """Show a sheet above the page and above other sheets, and give it the keyboard."""
        fade = CrossFade(self._window)
        scrim = _Scrim(self._window, sheet, QApplication.focusWidget())
        veil(self._scrims[-1] if self._scrims else self._page, on=True)
        self._scrims.append(scrim)
        scrim.going.connect(self._on_going)
        scrim.place()
        scrim.show()
        scrim.raise_()
        sheet.show()
        scrim.place()
        QTimer.singleShot(0, scrim.place)  # once more when all parts have their fonts
        sheet.take_focus()
        fade.start()
        self.changed.emit()

    def top(self) -> Dialog | None:
        """Return the sheet that has the keyboard."""
        return self._scrims[-1].sheet if self._scrims else None

    def count(self) -> int:
        return len(self._scrims)

    def close_all(self) -> None:
        """Close every sheet from the top down, as when the program locks."""
        while (sheet := self.top()) is not None:
            sheet.close_sheet()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Resize:
            for scrim in self._scrims:
                scrim.place()
        return False

    def _on_going(self) -> None:
        scrim = self.sender()
        if not isinstance(scrim, _Scrim) or scrim not in self._scrims:
            return
        was_top = scrim is self._scrims[-1]
        self._scrims.remove(scrim)
        if was_top:
            self._give_back(scrim.back_to)
        self.changed.emit()

    def _give_back(self, widget: QWidget | None) -> None:
        veil(self._scrims[-1] if self._scrims else self._page, on=False)
        if widget is not None and isValid(widget) and widget.isVisible():
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._scrims:
            self._scrims[-1].sheet.take_focus()


def _fills(area: QRect, sheet: Dialog) -> bool:
    """Tell whether the sheet takes the whole window; a question of 440 px still stands free.

    Large text makes a window narrow sooner.
    """
    scale = line_height() / _NORMAL_LINE
    wanted = sheet.wanted_width * scale + 2 * _FREE
    return area.width() < NARROW * scale and wanted > area.width()


def _place_in(area: QRect, sheet: Dialog) -> QRect:
    if sheet.narrow:
        return area
    width = min(sheet.wanted_width, area.width() - 2 * _FREE)
    top = _FREE if sheet.top is None else sheet.top
    height = min(sheet.height_for(width), area.height() - top - _FREE)
    left = (area.width() - width) // 2
    if sheet.top is None:
        top = (area.height() - height) // 2
    return QRect(left, top, width, height)

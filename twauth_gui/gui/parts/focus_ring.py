"""The ring around the widget that has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.shapes import outline

_GAP = 2
_LINE = 2
_BY_POINTER = {
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}


class _FrameStyle(QProxyStyle):
    """Places the frame gap and line away from the widget."""

    @override
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
        /,
    ) -> int:
        # Above its widget the frame belongs to the window, so that no container cuts it.
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)

    @override
    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        /,
    ) -> int:
        margins = {
            QStyle.PixelMetric.PM_FocusFrameHMargin,
            QStyle.PixelMetric.PM_FocusFrameVMargin,
        }
        return _GAP + _LINE if metric in margins else super().pixelMetric(metric, option, widget)


class _Frame(QFocusFrame):
    def __init__(self, widget: QWidget, radius: int) -> None:
        super().__init__(widget)
        self._radius = radius
        self._own_style = _FrameStyle("Fusion")
        self._own_style.setParent(self)
        self.setStyle(self._own_style)
        self.setWidget(widget)
        # PySide now counts the widget as a child of the frame, which is a child of the widget:
        # a cycle that Python's collector would take. Qt keeps the parent, so this changes nothing
        # but PySide's account of who keeps the widget.
        widget.setParent(widget.parentWidget())

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        radius = self._radius + _GAP + _LINE
        outline(painter, self.rect(), radius, current_look().colour("accent-text"), width=_LINE)


class FocusRing(QObject):
    """Shows the ring while its widget has the focus by keyboard or by the program."""

    def __init__(self, widget: QWidget, radius: int = 6) -> None:
        super().__init__(widget)
        self._widget = widget
        self._radius = radius
        self._frame: _Frame | None = None
        widget.installEventFilter(self)

    def shown(self) -> bool:
        return self._frame is not None

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if isinstance(event, QFocusEvent):
            if event.type() is QEvent.Type.FocusOut:
                self._hide()
            elif event.type() is QEvent.Type.FocusIn and event.reason() not in _BY_POINTER:
                self._show()
        elif event.type() is QEvent.Type.KeyPress and self._widget.hasFocus():
            self._show()
        return False

    def _show(self) -> None:
        if self._frame is None:
            self._frame = _Frame(self._widget, self._radius)

    def _hide(self) -> None:
        if self._frame is not None:
            self._frame.setWidget(None)  # type: ignore[arg-type]  # Qt takes null here
            self._frame.deleteLater()
            self._frame = None

"""Help for keyboard and screen reader: focus ring, Enter, kept focus, announcements."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QScrollArea,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.shapes import paint_outline

_GAP = 2
_LINE = 2
_POINTER_REASONS = {
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}


class _RingFrameStyle(QProxyStyle):
    """Places the frame above the widget, with a gap around it."""

    @override
    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
        /,
    ) -> int:
        # Above its widget the frame is a child of the window, so that no container clips it.
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


class _RingFrame(QFocusFrame):
    def __init__(self, widget: QWidget, radius: int) -> None:
        super().__init__(widget)
        self._radius = radius
        self._own_style = _RingFrameStyle("Fusion")
        self._own_style.setParent(self)
        self.setStyle(self._own_style)
        self.setWidget(widget)
        # PySide now counts the widget as a child of the frame, which is a child of the widget: a
        # cycle that Python would collect. Qt's parent stays the same, so this only corrects
        # PySide's record of the widget's owner.
        widget.setParent(widget.parentWidget())

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        radius = self._radius + _GAP + _LINE
        paint_outline(
            painter, self.rect(), radius, look_of(self).colour("accent-text"), width=_LINE
        )


class FocusRing(QObject):
    """Shows a ring while its widget has the focus, unless the pointer gave it."""

    def __init__(self, widget: QWidget, radius: int = 6) -> None:
        super().__init__(widget)
        self._widget = widget
        self._radius = radius
        self._frame: _RingFrame | None = None
        widget.installEventFilter(self)

    def is_shown(self) -> bool:
        return self._frame is not None

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if isinstance(event, QFocusEvent):
            if event.type() is QEvent.Type.FocusOut:
                self._hide()
            elif event.type() is QEvent.Type.FocusIn and event.reason() not in _POINTER_REASONS:
                self._show()
        elif event.type() is QEvent.Type.KeyPress and self._widget.hasFocus():
            self._show()
        return False

    def _show(self) -> None:
        if self._frame is None:
            self._frame = _RingFrame(self._widget, self._radius)

    def _hide(self) -> None:
        if self._frame is not None:
            self._frame.setWidget(None)  # type: ignore[arg-type]  # Qt takes null here
            self._frame.deleteLater()
            self._frame = None


_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def click_on_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Click and return True if the event is Enter; a dialog would press its default button."""
    if event.key() not in _KEYS or event.isAutoRepeat():
        return False
    event.accept()
    button.click()
    return True


def claim_key(event: QEvent, key: Qt.Key) -> bool:
    """Accept and return True if the event asks whether the key is for the widget in focus.

    Otherwise a shortcut of the window gets it.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() != key:
        return False
    event.accept()
    return True


@contextmanager
def preserve_focus(
    pane: QWidget, fallback: Callable[[], None], *, is_same_subject: bool = True
) -> Generator[None]:
    """Keep the focus on the widget with the same action while a pane is built again.

    Qt moves the focus of a part that is hidden or deleted to the next one, so the next key could
    start an unwanted action. fallback focuses a place where no single key does anything; it is
    called if no widget of the pane has the same action any more, or if the pane shows another
    subject.
    """
    before = QApplication.focusWidget()
    if before is None or not pane.isAncestorOf(before):
        yield
        return
    action = _action_name(before)
    yield
    if is_same_subject and isValid(before) and _can_take_focus(before):
        if not before.hasFocus():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    same = [one for one in pane.findChildren(QAbstractButton) if _action_name(one) == action]
    target = next((one for one in same if is_same_subject and _can_take_focus(one)), None)
    if target is not None:
        target.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        fallback()


def _action_name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _can_take_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()


def scroll_into_view(part: QWidget) -> None:
    """Scroll the areas around a part until it is visible, once it has been laid out."""
    QTimer.singleShot(0, part, lambda: _scroll_now(part))


def _scroll_now(part: QWidget) -> None:
    parent = part.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(part)
        parent = parent.parentWidget()


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say a text without moving the focus."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))

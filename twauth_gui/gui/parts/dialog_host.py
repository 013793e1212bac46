"""The host that stacks dialogs over the window and blocks what is behind them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid
from typing_extensions import override

from twauth_gui.gui.parts.dialog import Dialog
from twauth_gui.gui.theme.look import FADE_MS, is_motion_allowed, look_of
from twauth_gui.gui.theme.metrics import line_height
from twauth_gui.gui.theme.shapes import set_blocked


class _FadingPicture(QWidget):
    """A picture of the window before a change, which fades out above it."""

    def __init__(self, window: QWidget, picture: QPixmap) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setGeometry(window.rect())
        self._picture = picture
        self._opacity = 1.0
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(FADE_MS)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.valueChanged.connect(self._set_opacity)
        self._animation.finished.connect(self.deleteLater)

    def start(self) -> None:
        self.show()
        self.raise_()
        self._animation.start()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setOpacity(self._opacity)
        painter.drawPixmap(0, 0, self._picture)

    def _set_opacity(self, value: object) -> None:
        self._opacity = float(value) if isinstance(value, float) else 0.0
        self.update()


class CrossFade:
    """Make one before a change of the window and start it after: the change fades in."""

    def __init__(self, window: QWidget) -> None:
        allowed = window.isVisible() and is_motion_allowed(window)
        self._overlay = _FadingPicture(window, window.grab()) if allowed else None

    def start(self) -> None:
        if self._overlay is not None:
            self._overlay.start()


NARROW_WIDTH = 760
_MARGIN = 40
_NORMAL_LINE_HEIGHT = 20


class _DialogScrim(QWidget):
    """Darkens the window and keeps the pointer from it."""

    removed = Signal()

    def __init__(self, window: QWidget, dialog: Dialog, previous_focus: QWidget | None) -> None:
        super().__init__(window)
        self._window = window
        self.dialog = dialog
        self.previous_focus = previous_focus
        dialog.setParent(self)
        dialog.layout_requested.connect(self.place)
        dialog.closed.connect(self._on_closed)

    def place(self) -> None:
        """Cover the window, and set the dialog's geometry."""
        area = self._window.rect()
        self.setGeometry(area)
        self.dialog.set_narrow(narrow=_should_fill(area, self.dialog))
        self.dialog.setGeometry(_geometry_in(area, self.dialog))

    def _on_closed(self) -> None:
        fade = CrossFade(self._window)
        self.hide()
        self.removed.emit()
        fade.start()
        self.deleteLater()

    @override
    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        event.accept()
        if self.dialog.is_light:
            self.dialog.dismiss()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        QPainter(self).fillRect(self.rect(), look_of(self).colour("scrim"))


class DialogHost(QObject):
    """Stacks dialogs over a window; page is disabled meanwhile.

    Shortcuts that must not work while a dialog is open belong to the page, not to the window.
    changed is sent when a dialog opens or closes.
    """

    changed = Signal()

    def __init__(self, window: QWidget, page: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._scrims: list[_DialogScrim] = []
        window.installEventFilter(self)

    def open(self, dialog: Dialog) -> None:
        """Show a dialog above the page and other dialogs, and give it the focus."""
        fade = CrossFade(self._window)
        scrim = _DialogScrim(self._window, dialog, QApplication.focusWidget())
        set_blocked(self._scrims[-1] if self._scrims else self._page, on=True)
        self._scrims.append(scrim)
        scrim.removed.connect(self._on_scrim_removed)
        scrim.place()
        scrim.show()
        scrim.raise_()
        dialog.show()
        scrim.place()
        QTimer.singleShot(0, scrim.place)  # once more when all parts have their fonts
        dialog.take_focus()
        fade.start()
        self.changed.emit()

    def top(self) -> Dialog | None:
        """Return the uppermost dialog, which has the focus."""
        return self._scrims[-1].dialog if self._scrims else None

    def count(self) -> int:
        return len(self._scrims)

    def close_all(self) -> None:
        """Close every dialog from the top down."""
        while (dialog := self.top()) is not None:
            dialog.close_dialog()

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.Resize:
            for scrim in self._scrims:
                scrim.place()
        return False

    def _on_scrim_removed(self) -> None:
        scrim = self.sender()
        if not isinstance(scrim, _DialogScrim) or scrim not in self._scrims:
            return
        was_top = scrim is self._scrims[-1]
        self._scrims.remove(scrim)
        if was_top:
            self._restore_focus(scrim.previous_focus)
        self.changed.emit()

    def _restore_focus(self, widget: QWidget | None) -> None:
        set_blocked(self._scrims[-1] if self._scrims else self._page, on=False)
        if widget is not None and isValid(widget) and widget.isVisible():
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._scrims:
            self._scrims[-1].dialog.take_focus()


def _should_fill(area: QRect, dialog: Dialog) -> bool:
    """Whether the dialog takes the whole window; one of 440 px still floats in a narrow one.

    Larger text makes a window narrow sooner.
    """
    needed = dialog.preferred_width * _text_scale() + 2 * _MARGIN
    return area.width() < NARROW_WIDTH * _text_scale() and needed > area.width()


def _text_scale() -> float:
    return line_height() / _NORMAL_LINE_HEIGHT


def _geometry_in(area: QRect, dialog: Dialog) -> QRect:
    if dialog.is_narrow:
        return area
    # Larger text needs more room, or titles and buttons are cut off; smaller text keeps the size.
    scale = max(1.0, _text_scale())
    width = min(round(dialog.preferred_width * scale), area.width() - 2 * _MARGIN)
    top = _MARGIN if dialog.top is None else dialog.top
    wanted = max(dialog.height_for(width), round(dialog.min_height * scale))
    height = min(wanted, area.height() - top - _MARGIN)
    if dialog.top is None:
        top = (area.height() - height) // 2
    return QRect((area.width() - width) // 2, top, width, height)

"""The base of all dialogs inside the window: header, body, footer."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.accessibility import list_tab_stops, move_focus
from twauth_gui.gui.parts.buttons import Button, ButtonKind, IconButton, secondary_button
from twauth_gui.gui.parts.steps import StepLayout
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import RADIUS_DIALOG, XL, XXL, L, M, S, TextStyle, scale_height
from twauth_gui.gui.theme.shapes import paint_rounded

_HEADER_HEIGHT = 56
_FOOTER_HEIGHT = 64
_QUIET = {ButtonKind.QUIET, ButtonKind.QUIET_DANGER}


class DialogHeader(QWidget):
    """Avatar, title, app, close button."""

    def __init__(self, title: str, app_name: str, avatar: QWidget | None) -> None:
        super().__init__()
        self._title = ElidedLabel(title, style=TextStyle.TITLE, strong=True)
        self._app = Text(app_name, style=TextStyle.SMALL, role="text-3")
        self.close_button = IconButton("x", self.tr("Close"))
        self.setFixedHeight(scale_height(_HEADER_HEIGHT, TextStyle.TITLE))
        row = QHBoxLayout(self)
        row.setContentsMargins(XXL, 0, M + 1, 1)
        row.setSpacing(M)
        middle = Qt.AlignmentFlag.AlignVCenter
        if avatar is not None:
            row.addWidget(avatar, 0, middle)
        row.addWidget(self._title, 0, middle)
        row.addWidget(self._app, 0, middle)
        self._app.setVisible(bool(app_name))
        row.addStretch(1)
        row.addWidget(self.close_button, 0, middle)

    def set_title(self, title: str, app_name: str | None) -> None:
        self._title.setText(title)
        if app_name is not None:
            self._app.setText(app_name)
            self._app.setVisible(bool(app_name))

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        edge = QRect(0, self.height() - 1, self.width(), 1)
        QPainter(self).fillRect(edge, look_of(self).colour("line"))


class DialogFooter(QWidget):
    """The row of buttons: the way out at the left, going on at the right; hidden if empty."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(scale_height(_FOOTER_HEIGHT, TextStyle.BODY))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(XXL, 1, XXL, 0)
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        for side in (self._left, self._right):
            side.setSpacing(S)
        self._left.addStretch(1)
        row.addLayout(self._left, 1)
        row.addLayout(self._right)
        self._left_buttons: list[Button] = []
        self._right_widgets: list[QWidget] = []
        self._is_used = False
        self.hide()

    def visible_height(self) -> int:
        return self.minimumHeight() if self._is_used else 0

    def add_left(self, widget: QWidget) -> None:
        if isinstance(widget, Button):
            if widget.kind in _QUIET and self._left.count() == 1:
                # Its text, not its invisible edge, stands under the title.
                self._row.setContentsMargins(XXL - widget.text_inset, 1, XXL, 0)
            self._left_buttons.append(widget)
        place = self._left.count() - 1  # before the stretch
        self._left.insertWidget(place, widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._show_if_used()

    def add_right(self, widget: QWidget) -> None:
        self._right_widgets.append(widget)
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._show_if_used()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a button came, went or has other words
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Reduce the left buttons to their icons, then the others to short texts, for want of room.

        A button without an icon or a short text stays as it is.
        """
        edges = self._row.contentsMargins()
        right = sum(_full_width(one) + S for one in self._right_widgets if not one.isHidden())
        room = self.width() - edges.left() - edges.right() - right
        left = [one for one in self._left_buttons if not one.isHidden()]
        wanted = sum(one.full_width + S for one in left)
        for one in self._left_buttons:
            one.set_icon_only(folded=wanted > room)
        is_short = sum(one.sizeHint().width() + S for one in left) > room
        for widget in self._right_widgets:
            if isinstance(widget, Button):
                widget.set_short(on=is_short)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        QPainter(self).fillRect(QRect(0, 0, self.width(), 1), look_of(self).colour("line"))

    def _show_if_used(self) -> None:
        self._is_used = True
        self.show()


def _full_width(widget: QWidget) -> int:
    return widget.full_width if isinstance(widget, Button) else widget.sizeHint().width()


def make_dialog_body(spacing: int = M) -> tuple[QWidget, QVBoxLayout]:
    """Return a body with the usual margins, and its column to fill."""
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(XXL, XL, XXL, XL)
    column.setSpacing(spacing)
    return body, column


class DialogWidth(IntEnum):
    """The widths of dialogs, in pixels."""

    W440 = 440
    W640 = 640
    W800 = 800
    W880 = 880
    W944 = 944


class Dialog(QDialog):
    """Header, body, footer. DialogHost.open() shows it; it deletes itself when it closes.

    Args:
        height: the minimum height in pixels with normal text, if there is room for it.
        top: the distance from the window's top in pixels; None for the middle of the window.
        is_light: whether a click beside it dismisses it.

    Signals:
        dismissed: Escape or the close button was pressed, or dismiss() called.
        closed: the dialog is closing, for whatever reason; sent once.
        narrow_changed: the window became narrower or wider than 760 px.
        layout_requested: for the host: the body needs another height.
    """

    dismissed = Signal()
    closed = Signal()
    narrow_changed = Signal(bool)
    layout_requested = Signal()

    def __init__(
        self,
        title: str,
        *,
        width: int = DialogWidth.W640,
        app_name: str = "",
        avatar: QWidget | None = None,
        height: int = 0,
        has_header: bool = True,
        top: int | None = None,
        is_light: bool = False,
    ) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self.preferred_width = int(width)
        self.min_height = height
        self.top = top
        self.is_light = is_light
        self._is_closed = False
        self._is_narrow = False
        self._initial_focus: QWidget | None = None
        self._body: QWidget | None = None
        self._body_holder: QWidget | None = None
        self._strip: QWidget | None = None
        self.header = DialogHeader(title, app_name, avatar) if has_header else None
        self.footer = DialogFooter()
        self._scroll = QScrollArea()
        self._lay_out()
        self.set_title(title)
        if self.header is not None:
            self.header.close_button.clicked.connect(self.dismiss)

    def set_title(self, title: str, app_name: str | None = None) -> None:
        self.setAccessibleName(title)
        if self.header is not None:
            self.header.set_title(title, app_name)

    def scroll_to_part(self, part: QWidget) -> None:
        """Scroll so that a part of the body is at the top."""
        if self._body_holder is not None:
            top = part.mapTo(self._body_holder, QPoint(0, 0)).y()
            self._scroll.verticalScrollBar().setValue(top - L)

    def set_body(self, body: QWidget) -> None:
        """Set the content, at the top of the dialog; the previous one is deleted.

        A body whose vertical size policy is Expanding fills the dialog.
        """
        fills = body.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Expanding
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(body, 1 if fills else 0)
        if not fills:
            column.addStretch(1)
        self._body = body
        self._body_holder = holder
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        holder.installEventFilter(self)
        if isinstance(body, StepLayout):
            body.set_narrow(narrow=self._is_narrow)
        self.layout_requested.emit()

    def add_strip(self, strip: QWidget) -> None:
        """Add a widget above the body that does not scroll with it."""
        self._strip = strip
        self._column.insertWidget(self._column.indexOf(self._scroll), strip)

    def add_left(self, widget: QWidget) -> None:
        """Add the way out, or a note, to the footer's left."""
        self.footer.add_left(widget)

    def add_right(self, widget: QWidget) -> None:
        """Add a button to the footer's right; the primary one comes last."""
        self.footer.add_right(widget)

    def add_cancel_and(self, default_button: QPushButton) -> None:
        """Add Cancel and the default button to the footer's right; Enter presses the latter."""
        cancel = secondary_button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self.add_right(cancel)
        self.add_right(default_button)
        self.set_default(default_button)

    def set_initial_focus(self, widget: QWidget) -> None:
        self._initial_focus = widget

    def set_default(self, button: QPushButton) -> None:
        """Let Enter press this button from a field."""
        button.setDefault(True)

    def dismiss(self) -> None:
        """Close as Escape does."""
        if not self._is_closed:
            self.dismissed.emit()
            self.close_dialog()

    def close_dialog(self) -> None:
        """Close because the task is done, without the dismissed signal."""
        if not self._is_closed:
            self._is_closed = True
            self.closed.emit()

    @override
    def reject(self) -> None:
        self.dismiss()

    @override
    def focusNextPrevChild(self, onward: bool, /) -> bool:
        return move_focus(self, onward=onward)

    def take_focus(self) -> None:
        """Focus the initial widget, else the first in the body, else in the footer."""
        target = self._initial_focus or self._first_focusable() or self
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_narrow(self) -> bool:
        return self._is_narrow

    def set_narrow(self, *, narrow: bool) -> None:
        """Fill a narrow window, or float; called by the host."""
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        if isinstance(self._body, StepLayout):
            self._body.set_narrow(narrow=narrow)
        self.narrow_changed.emit(narrow)

    def height_for(self, width: int) -> int:
        """Return the height in pixels that shows all of the body at this width."""
        edges = 2 + self.footer.visible_height()
        edges += self.header.minimumHeight() if self.header is not None else 0
        edges += self._strip.sizeHint().height() if self._strip is not None else 0
        holder = self._body_holder
        if holder is None:
            return edges
        hint = holder.sizeHint().height()
        if holder.hasHeightForWidth():
            hint = holder.heightForWidth(width - 2)
        return edges + hint

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and watched is self._body_holder:
            self.layout_requested.emit()
        return False

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        if self._is_narrow:
            painter.fillRect(self.rect(), look.colour("base"))
            return
        fill, line = look.colour("base"), look.colour("line-strong")
        paint_rounded(painter, self.rect(), RADIUS_DIALOG, fill, line=line)

    def _lay_out(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        if self.header is not None:
            column.addWidget(self.header)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.footer)

    def _first_focusable(self) -> QWidget | None:
        parts = [self._scroll, self.footer, self]
        return next((stop for part in parts for stop in list_tab_stops(part)), None)

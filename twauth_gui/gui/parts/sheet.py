"""A sheet: one task in front of the window."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.parts.rail_body import StepLayout
from twauth_gui.gui.parts.sheet_frame import DialogFooter, DialogHeader
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import RADIUS_SHEET, L
from twauth_gui.gui.theme.shapes import rounded


class DialogWidth(IntEnum):
    """The widths that sheets have, in pixels."""

    W440 = 440
    W640 = 640
    W800 = 800
    W880 = 880
    W944 = 944


class Dialog(QDialog):
    """Head, body, foot. SheetHost.open() shows it; it deletes itself when it closes.

    dismissed: Escape or the close button (also dismiss()). closed: it is going away, for
    whatever reason, once. narrow_changed: the window became narrower or wider than 760 px.
    layout_wanted: for the host. height is the least the sheet takes where there is room for it,
    top the distance from the window's upper edge where the sheet is not centred.
    """

    dismissed = Signal()
    closed = Signal()
    narrow_changed = Signal(bool)
    layout_wanted = Signal()

    def __init__(
        self,
        title: str,
        *,
        width: int = DialogWidth.W640,
        app_name: str = "",
        avatar: QWidget | None = None,
        tail: QWidget | None = None,
        height: int = 0,
        head: bool = True,
        top: int | None = None,
    ) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self.wanted_width = int(width)
        self.least_height = height
        self.top = top
        self._closed = False
        self._narrow = False
        self._initial: QWidget | None = None
        self._body: QWidget | None = None
        self._holder: QWidget | None = None
        self.head = DialogHeader(title, app_name, avatar, tail) if head else None
        self.foot = DialogFooter()
        self._scroll = QScrollArea()
        self._lay_out()
        self.set_title(title)
        if self.head is not None:
            self.head.close_button.clicked.connect(self.dismiss)

    def set_title(self, title: str, app_name: str | None = None) -> None:
        self.setAccessibleName(title)
        if self.head is not None:
            self.head.set_title(title, app_name)

    def show_part(self, part: QWidget) -> None:
        """Scroll so that a part of the body stands at the top."""
        if self._holder is not None:
            top = part.mapTo(self._holder, QPoint(0, 0)).y()
            self._scroll.verticalScrollBar().setValue(top - L)

    def set_body(self, body: QWidget) -> None:
        """Put in the content; it replaces what was there, which is deleted.

        It stands at the top. One whose vertical size policy is Expanding fills the sheet.
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
        self._holder = holder
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        holder.installEventFilter(self)
        if isinstance(body, StepLayout):
            body.set_narrow(narrow=self._narrow)
        self.layout_wanted.emit()

    def add_left(self, widget: QWidget) -> None:
        """Add the way out, or a note, to the foot's left."""
        self.foot.add_left(widget)

    def add_right(self, widget: QWidget) -> None:
        """Add a button to the foot's right; the primary one comes last."""
        self.foot.add_right(widget)

    def add_choice(self, onward: QPushButton) -> None:
        """Let the foot's right end with Cancel and the button that goes on, which Enter presses."""
        cancel = secondary_button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self.add_right(cancel)
        self.add_right(onward)
        self.set_default(onward)

    def set_initial_focus(self, widget: QWidget) -> None:
        self._initial = widget

    def set_default(self, button: QPushButton) -> None:
        """Let Enter press this button from a field."""
        button.setDefault(True)

    def dismiss(self) -> None:
        """Close as Escape does."""
        if not self._closed:
            self.dismissed.emit()
            self.close_sheet()

    def close_sheet(self) -> None:
        """Close because the task is done; dismissed is not sent."""
        if not self._closed:
            self._closed = True
            self.closed.emit()

    @override
    def reject(self) -> None:
        self.dismiss()

    def take_focus(self) -> None:
        """Focus the initial widget, else the first in the body, else in the foot."""
        wanted = self._initial or self._first_focusable()
        (wanted or self).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def narrow(self) -> bool:
        return self._narrow

    def set_narrow(self, *, narrow: bool) -> None:
        """Called by the host: a narrow window is filled by its sheet."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if isinstance(self._body, StepLayout):
            self._body.set_narrow(narrow=narrow)
        self.narrow_changed.emit(narrow)

    def height_for(self, width: int) -> int:
        """Return the height in pixels that shows all of the body at this width."""
        edges = 2 + self.foot.shown_height()
        edges += self.head.minimumHeight() if self.head is not None else 0
        holder = self._holder
        if holder is None:
            return max(edges, self.least_height)
        hint = holder.sizeHint().height()
        if holder.hasHeightForWidth():
            hint = holder.heightForWidth(width - 2)
        return max(edges + hint, self.least_height)

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and watched is self._holder:
            self.layout_wanted.emit()
        return False

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = current_look()
        painter = QPainter(self)
        if self._narrow:
            painter.fillRect(self.rect(), look.colour("base"))
            return
        fill, line = look.colour("base"), look.colour("line-strong")
        rounded(painter, self.rect(), RADIUS_SHEET, fill, line=line)

    def _lay_out(self) -> None:
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        if self.head is not None:
            column.addWidget(self.head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.foot)

    def _first_focusable(self) -> QWidget | None:
        for part in (self._body, self.foot, self.head):
            for child in part.findChildren(QWidget) if part is not None else ():
                takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus
                if takes and child.isEnabled() and child.isVisibleTo(self):
                    return child
        return None

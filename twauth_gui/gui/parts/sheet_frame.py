"""Head and foot of a sheet."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.buttons import Button, ButtonKind
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import XXL, M, S, Type, fit

_HEAD = 56
_FOOT = 64
_QUIET = {ButtonKind.QUIET, ButtonKind.QUIET_DANGER}


class DialogHeader(QWidget):
    """Avatar, title, app, a widget at the end, close."""

    def __init__(
        self, title: str, app_name: str, avatar: QWidget | None, tail: QWidget | None
    ) -> None:
        super().__init__()
        self._title = ElidedLabel(title, type=Type.TITLE, strong=True)
        self._app = Text(app_name, type=Type.SMALL, role="text-3")
        self.close_button = IconButton("x", self.tr("Close"))
        self.setFixedHeight(fit(_HEAD, Type.TITLE))
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
        if tail is not None:
            row.addWidget(tail, 0, middle)
        row.addWidget(self.close_button, 0, middle)

    def set_title(self, title: str, app_name: str | None) -> None:
        self._title.setText(title)
        if app_name is not None:
            self._app.setText(app_name)
            self._app.setVisible(bool(app_name))

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        edge = QRect(0, self.height() - 1, self.width(), 1)
        QPainter(self).fillRect(edge, current_look().colour("line"))


class DialogFooter(QWidget):
    """At the left the way out, at the right what goes on. Empty, it is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(fit(_FOOT, Type.BODY))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(XXL, 1, XXL, 0)
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        for side in (self._left, self._right):
            side.setSpacing(S)
        self._left.addStretch(1)
        row.addLayout(self._left, 1)
        row.addLayout(self._right)
        self._asides: list[Button] = []
        self._used = False
        self.hide()

    def shown_height(self) -> int:
        return self.minimumHeight() if self._used else 0

    def add_left(self, widget: QWidget) -> None:
        if isinstance(widget, Button):
            if widget.kind in _QUIET and self._left.count() == 1:
                # Its text, not its invisible edge, stands under the title.
                self._row.setContentsMargins(XXL - widget.flush, 1, XXL, 0)
            self._asides.append(widget)
        place = self._left.count() - 1  # before the stretch
        self._left.insertWidget(place, widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._appear()

    def add_right(self, widget: QWidget) -> None:
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._appear()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Large text in a narrow window: what is at the left keeps its icons alone."""
        super().resizeEvent(event)
        edges = self._row.contentsMargins()
        room = self.width() - edges.left() - edges.right() - self._right.sizeHint().width()
        wanted = sum(one.unfolded_width + S for one in self._asides if not one.isHidden())
        for one in self._asides:
            one.set_folded(folded=wanted > room)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        QPainter(self).fillRect(QRect(0, 0, self.width(), 1), current_look().colour("line"))

    def _appear(self) -> None:
        self._used = True
        self.show()

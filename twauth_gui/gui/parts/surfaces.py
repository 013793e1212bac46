"""Surfaces that hold other parts: cards, boxes, rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import (
    PANE_HEADER_HEIGHT,
    RADIUS_CARD,
    L,
    S,
    TextStyle,
    scale_height,
    scale_icon,
)
from twauth_gui.gui.theme.shapes import paint_rounded

_HEAD = 38


class ScaledSquare(QWidget):
    """A square for an icon, a mark or an avatar; side is in pixels, with normal text."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._fit()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._fit()

    def _fit(self) -> None:
        side = scale_icon(self._side)
        self.setFixedSize(side, side)


class Stack(QFrame):
    """Rows in .body one below the other, with a line of 1 px above each but the first visible."""

    def __init__(self) -> None:
        super().__init__()
        self._lined_rows: set[QWidget] = set()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(1)

    def add_row(self, row: QWidget) -> None:
        """Add a row, with a line that is hidden when the row is."""
        self._lined_rows.add(row)
        self.body.addWidget(row)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter, line = QPainter(self), look_of(self).colour("line")
        items = (self.body.itemAt(index) for index in range(self.body.count()))
        visible = [item for item in items if item is not None and not item.isEmpty()]
        for item in visible[1:]:
            rect = item.geometry()
            if item.widget() in self._lined_rows:
                painter.fillRect(rect.x(), rect.y() - 1, rect.width(), 1, line)


class Surface(Stack):
    """A rounded rectangle with a line around it."""

    def __init__(self, fill: str) -> None:
        super().__init__()
        self._fill = fill
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = look_of(self)
        painter = QPainter(self)
        fill, line = look.colour(self._fill), look.colour("line")
        paint_rounded(painter, self.rect(), RADIUS_CARD, fill, line=line)
        painter.end()
        super().paintEvent(event)


class Card(Surface):
    """A white surface; a title makes a header row with an optional widget at its end."""

    def __init__(self, title: str = "", *, tail: QWidget | None = None) -> None:
        super().__init__("card")
        if title:
            self.setAccessibleName(title)
            self._add_head(title, tail)

    def _add_head(self, title: str, tail: QWidget | None) -> None:
        head = QWidget()
        head.setFixedHeight(scale_height(_HEAD))
        row = QHBoxLayout(head)
        row.setContentsMargins(L, 0, S, 0)
        row.addWidget(Text(title, strong=True, heading=True), 1)
        if tail is not None:
            row.addWidget(tail, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(head)


class Box(Surface):
    """A grey surface inside a dialog, for a link, a preview, some choices."""

    def __init__(self) -> None:
        super().__init__("page")


_COPY_LINE_HEIGHT = 40


class CopyLine(Box):
    """One line in the fixed font, elided if it is too long, with buttons at its end."""

    def __init__(
        self,
        text: str = "",
        buttons: Sequence[QWidget] = (),
        *,
        height: int = _COPY_LINE_HEIGHT,
    ) -> None:
        super().__init__()
        self._label = ElidedLabel(text, style=TextStyle.MONO)
        self.setMinimumHeight(scale_height(height, TextStyle.MONO))
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(15, 0, 7, 0)
        row.setSpacing(S)
        row.addWidget(self._label, 1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(inner, 1)

    def text(self) -> str:
        return self._label.text()

    def set_text(self, text: str) -> None:
        self._label.setText(text)


def clear_layout(layout: QLayout) -> None:
    """Remove and delete the widgets of a layout, hidden at once."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def make_pane_header(
    title: QWidget, line: QWidget, before: Sequence[QWidget], after: Sequence[QWidget] = ()
) -> QWidget:
    """Make the head of a page in the right pane: title above line, with parts on both sides."""
    header = QWidget()
    lines = (TextStyle.HEADING, TextStyle.SMALL)
    header.setMinimumHeight(scale_height(PANE_HEADER_HEIGHT, *lines))
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addStretch(1)
    texts.addWidget(title)
    texts.addWidget(line)
    texts.addStretch(1)
    row = QHBoxLayout(header)
    row.setContentsMargins(20, 0, 20, 0)
    row.setSpacing(12)
    for part in before:
        row.addWidget(part)
    row.addLayout(texts, 1)
    for part in after:
        row.addWidget(part)
    return header

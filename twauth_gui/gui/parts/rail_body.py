"""The body that all sign-in sheets share."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.steps import Steps
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import XL, XXL, L, M

_RAIL = 248


class _Rail(QWidget):
    """The quiet strip on which the steps stand."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self._narrow = False
        self._column = QVBoxLayout(self)
        self._column.addWidget(steps)
        self._column.addStretch(1)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        self._narrow = narrow
        if narrow:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16777215)
            self._column.setContentsMargins(XXL, M, XXL, M)
        else:
            self.setFixedWidth(_RAIL)
            self._column.setContentsMargins(XXL, XXL + 2, L, XL)

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look = current_look()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("page"))
        edge = self.rect()
        if self._narrow:
            edge.setTop(edge.bottom())
        else:
            edge.setLeft(edge.right())
        painter.fillRect(edge, look.colour("line"))


class StepLayout(QWidget):
    """Steps at the left, what to do now at the right; steps become one line when narrow.

    margins gives main the usual 24 px around; a web view does without.
    """

    def __init__(
        self, steps: Steps, main: QWidget, *, margins: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.steps = steps
        self.main = main
        self._rail = _Rail(steps)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(self._rail)
        holder = QWidget()
        room = QVBoxLayout(holder)
        room.setContentsMargins(*((XXL, XXL, XXL, XXL) if margins else (0, 0, 0, 0)))
        room.addWidget(main)
        self._box.addWidget(holder, 1)

    def set_narrow(self, *, narrow: bool) -> None:
        """Called by the sheet when the window becomes narrow or wide."""
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._box.setDirection(down if narrow else right)
        self._rail.set_narrow(narrow=narrow)
        self.steps.set_compact(compact=narrow)

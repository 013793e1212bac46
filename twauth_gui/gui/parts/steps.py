"""The list of a sign-in's steps, and the layout with the steps beside the current page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.progress_ring import ProgressRing
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import Look, look_of
from twauth_gui.gui.theme.metrics import XL, XXL, L, M, TextStyle, line_height, scale_icon
from twauth_gui.gui.theme.shapes import paint_rounded

_SIGN_SIZE = 16
_LINE_GAP = 5


class StepState(Enum):
    """The state of a step; the value is its word for screen readers."""

    DONE = "done"
    NOW = "under way"
    TODO = "to do"
    FAIL = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; small is a line below its text, "" for none."""

    state: StepState
    text: str
    small: str = ""


class _StepRow(QFrame):
    """One step: its icon, its text, the line down to the next."""

    def __init__(self, step: Step, *, last: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._step = step
        self._last = last
        strong = step.state in {StepState.NOW, StepState.FAIL}
        role = {StepState.DONE: "text-2", StepState.TODO: "text-3"}.get(step.state, "text")
        column = QVBoxLayout(self)
        column.setContentsMargins(scale_icon(_SIGN_SIZE) + M, 0, 0, M if step.small else M + 8)
        column.setSpacing(0)
        column.addWidget(Text(step.text, role=role, strong=strong, wrap=True))
        if step.small:
            column.addWidget(Text(step.small, style=TextStyle.SMALL, role="text-3", wrap=True))
        self._ring: ProgressRing | None = None
        if step.state is StepState.NOW:
            self._ring = ProgressRing(_SIGN_SIZE, parent=self)
            self._ring.move(0, self._sign_top())
            self._ring.set_spinning(on=True)
        self.setAccessibleName(f"{step.text}, {step.state.value}")
        self.setAccessibleDescription(step.small)

    def _sign_top(self) -> int:
        return (line_height() - scale_icon(_SIGN_SIZE)) // 2

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = look_of(self)
        side = scale_icon(_SIGN_SIZE)
        place = QRect(0, self._sign_top(), side, side)
        if not self._last:
            top = place.bottom() + _LINE_GAP
            room = QRect(side // 2 - 1, top, 1, self.height() - top)
            painter.fillRect(room, look.colour("line-strong"))
        if self._step.state is StepState.DONE:
            pixmap = look.pixmap("check", "ok", side, dpr=self.devicePixelRatioF())
            painter.drawPixmap(place, pixmap)
        elif self._step.state is StepState.TODO:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("none-mark"), 1.5))
            painter.drawEllipse(QRectF(place).adjusted(3, 3, -3, -3))
        elif self._step.state is StepState.FAIL:
            _paint_cross(painter, place, look)


def _paint_cross(painter: QPainter, place: QRect, look: Look) -> None:
    disc = place.adjusted(1, 1, -1, -1)
    paint_rounded(painter, disc, disc.width() / 2, look.colour("bad-mark"))
    width, height = place.width() // 2, place.height() // 8
    bar = QRect(place.left() + width // 2, place.center().y() + 1 - height // 2, width, height)
    paint_rounded(painter, bar, 0.5, look.colour("base"))


class Steps(QFrame):
    """The steps one below the other; or, compact, one line: "Step 4 of 6: Waiting".

    Signals:
        filled: it has other steps now.
    """

    filled = Signal()

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        super().__init__()
        self._steps: tuple[Step, ...] = ()
        self._compact = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setAccessibleName(self.tr("Steps"))
        self.set_steps(steps)

    def set_steps(self, steps: Sequence[Step]) -> None:
        """Show these steps; a screen reader hears which one is under way when that changes."""
        before = self.current_step()
        if tuple(steps) == self._steps and self._column.count():
            return
        self._steps = tuple(steps)
        self._build()
        self.filled.emit()
        if self.current_step() != before and self.isVisible():
            self.setAccessibleDescription(self.summary_line())
            QAccessible.updateAccessibility(
                QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            )

    def is_empty(self) -> bool:
        return not self._steps

    def set_compact(self, *, compact: bool) -> None:
        """Show one line, for narrow windows, or all steps."""
        if compact != self._compact:
            self._compact = compact
            self._build()

    def current_step(self) -> Step | None:
        """Return the step that is under way or failed; None if there is none."""
        current = {StepState.NOW, StepState.FAIL}
        return next((step for step in self._steps if step.state in current), None)

    def summary_line(self) -> str:
        """Return the number and text of the current step."""
        step = self.current_step()
        total = len(self._steps)
        if step is None:
            done = all(step.state is StepState.DONE for step in self._steps)
            number = total if done else 1
            step = self._steps[number - 1] if total else None
        else:
            number = self._steps.index(step) + 1
        if step is None:
            return ""
        return self.tr("Step {number} of {total}: {text}").format(
            number=number, total=total, text=step.text
        )

    def _build(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self._compact:
            self._column.addWidget(Text(self.summary_line(), role="text", strong=True, wrap=True))
            return
        for number, step in enumerate(self._steps, 1):
            last = number == len(self._steps)
            self._column.addWidget(_StepRow(step, last=last, parent=self))
        self.setAccessibleDescription(self.summary_line())
        self.updateGeometry()


_RAIL = 248


class _StepRail(QWidget):
    """The grey strip behind the steps."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self._narrow = False
        self._column = QVBoxLayout(self)
        self._steps = steps
        steps.filled.connect(self._show_if_filled)
        self._column.addWidget(steps)
        self._column.addStretch(1)
        self.set_narrow(narrow=False)
        self._show_if_filled()

    def _show_if_filled(self) -> None:
        self.setHidden(self._steps.is_empty())

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
        look = look_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("page"))
        edge = self.rect()
        if self._narrow:
            edge.setTop(edge.bottom())
        else:
            edge.setLeft(edge.right())
        painter.fillRect(edge, look.colour("line"))


class StepLayout(QWidget):
    """Steps at the left, the current page at the right; in a narrow window one line above it.

    margins puts the usual 24 px around the page; a web view does without.
    """

    def __init__(self, steps: Steps, main: QWidget, *, margins: bool = True) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.steps = steps
        self.main = main
        self._rail = _StepRail(steps)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(self._rail)
        holder = QWidget()
        room = QVBoxLayout(holder)
        room.setContentsMargins(*((XXL, XXL, XXL, XXL) if margins else (0, 0, 0, 0)))
        room.addWidget(main)
        self._columns.addWidget(holder, 1)

    def set_narrow(self, *, narrow: bool) -> None:
        """Lay out for a narrow or wide window; called by the dialog."""
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(down if narrow else right)
        self._rail.set_narrow(narrow=narrow)
        self.steps.set_compact(compact=narrow)

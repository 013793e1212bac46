"""The mark of a verdict."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from twauth_gui.domain.health import Severity
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.shapes import paint_mark


class HealthMark(QWidget):
    """A shape for each severity. The word stands beside it, so screen readers pass over it."""

    def __init__(
        self,
        severity: Severity = Severity.UNKNOWN,
        size: int = 12,
        *,
        ground: str = "card",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._severity = severity
        self._ground = ground
        self.setFixedSize(size, size)

    def set_severity(self, severity: Severity) -> None:
        self._severity = severity
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        area = QRectF(self.rect())
        paint_mark(QPainter(self), self._severity, area, current_look(), ground=self._ground)

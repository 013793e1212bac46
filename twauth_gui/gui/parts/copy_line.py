"""A link or an address with the buttons that take it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.gui.parts.surfaces import Box
from twauth_gui.gui.parts.text import ElidedLabel
from twauth_gui.gui.theme.measure import S, Type, fit

_HEIGHT = 40


class CopyLine(Box):
    """One line in the fixed font, cut at the end where it is too long."""

    def __init__(
        self,
        text: str = "",
        buttons: Sequence[QWidget] = (),
        *,
        height: int = _HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = ElidedLabel(text, type=Type.MONO)
        self.setMinimumHeight(fit(height, Type.MONO))
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

"""One choice: what it is about, and the control that makes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import L, M, Type

_LEAST_WORDS = 160  # pixels for the words beside the control, with normal text


class SettingRow(QWidget):
    """Words at the left, the control at the right, or below where there is little room."""

    def __init__(self, title: str, help_text: str = "", control: QWidget | None = None) -> None:
        super().__init__()
        self._control = control
        self.help = Text(help_text, type=Type.SMALL, role="text-2", wrap=True)
        self.help.setVisible(bool(help_text))
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text(title, wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.help)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(L, M, L, M)
        self._box.setSpacing(M)
        self._box.addLayout(words, 1)
        if control is not None:
            self._box.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_help(self, text: str) -> None:
        """Say something else below the title."""
        self.help.setText(text)
        self.help.setVisible(bool(text))

    @override
    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than the bent row needs: side by side would never let it bend."""
        control = self._control.sizeHint().width() if self._control is not None else 0
        width = max(control, self.title.minimumSizeHint().width()) + 2 * L
        return QSize(width, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bend()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._bend()

    def _bend(self) -> None:
        if self._control is None:
            return
        words = max(_LEAST_WORDS, self.title.fontMetrics().averageCharWidth() * 20)
        beside = self._control.sizeHint().width() + words + 2 * L + M
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        direction = down if self.width() < beside else right
        if direction is not self._box.direction():
            self._box.setDirection(direction)
            self._box.setAlignment(
                self._control,
                Qt.AlignmentFlag.AlignLeft if direction is down else Qt.AlignmentFlag.AlignVCenter,
            )

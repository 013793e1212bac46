"""An icon that only illustrates."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from twauth_gui.gui.parts.off import is_off
from twauth_gui.gui.theme.look import current_look


class IconLabel(QWidget):
    """An icon in the colour of a token; it follows the theme by itself."""

    def __init__(
        self,
        name: str,
        role: str = "text-2",
        size: int = 16,
        *,
        filled: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        self._filled = filled
        self.setFixedSize(size, size)

    def set_icon(self, name: str, role: str | None = None) -> None:
        self._name = name
        self._role = role or self._role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        role = "text-off" if is_off(self) else self._role
        pixmap = current_look().pixmap(
            self._name, role, self.width(), filled=self._filled, dpr=self.devicePixelRatioF()
        )
        QPainter(self).drawPixmap(0, 0, pixmap)

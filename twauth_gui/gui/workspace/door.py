"""One way to begin, on the first page."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import current_look
from twauth_gui.gui.theme.measure import Type


class WelcomeCard(Card):
    """An icon, a title, a line, and what belongs to it."""

    def __init__(self, icon: str, title: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        self._picture = Text("")
        self.words = Text(text, role="text-2", wrap=True)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(24, 24, 24, 24)
        self.column.setSpacing(4)
        self.column.addWidget(self._picture)
        self.column.addSpacing(8)
        self.column.addWidget(Text(title, type=Type.TITLE, strong=True, wrap=True))
        self.column.addWidget(self.words)
        self.body.addLayout(self.column)
        current_look().changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        dpr = self._picture.devicePixelRatioF()
        self._picture.setPixmap(current_look().pixmap(self._icon, "accent-text", 24, dpr=dpr))

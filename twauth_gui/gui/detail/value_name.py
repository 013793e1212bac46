"""The name beside a value."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from typing_extensions import override

from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import S
from twauth_gui.services.token_part import TokenField

_WIDTH = 116  # pixels, with normal text


class ValueName(Text):
    """All are as wide as the longest of them, so that values stand in one column in every card."""

    def __init__(self, name: str) -> None:
        super().__init__(name, role="text-2")
        self._align()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._align()

    def _align(self) -> None:
        longest = self.fontMetrics().horizontalAdvance(TokenField.ACCESS.value)
        self.setFixedWidth(max(_WIDTH, longest + S))

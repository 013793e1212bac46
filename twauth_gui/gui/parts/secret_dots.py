"""Ten dots in the place of a value."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from twauth_gui.gui.parts.text import Text

_DOTS = "•" * 10
_SPREAD = 2.0


class SecretDots(Text):
    """Always ten: nothing has been read, so nothing is known of the length."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_DOTS, role="text-2", parent=parent)
        self.setAccessibleName(self.tr("Hidden"))
        font = self.font()
        font.setLetterSpacing(font.SpacingType.AbsoluteSpacing, _SPREAD)
        self.setFont(font)

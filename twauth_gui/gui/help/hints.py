"""Hints for people who are new to the window: one at a time, each until it is dismissed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout
from typing_extensions import override

from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.preferences import Preferences
from twauth_gui.gui.theme.look import look_of
from twauth_gui.gui.theme.metrics import L, M, S, TextStyle


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence. id: stays in the settings once it was dismissed. min_accounts: for whom it is."""

    id: str
    text: str
    min_accounts: int = 0


HINTS = (
    Hint("palette", "Ctrl+K finds every account, action and setting.", 2),
    Hint("several", "Ctrl and Shift select several accounts, for one action on all of them.", 5),
    Hint("shortcuts", "F1 lists the keyboard shortcuts.", 1),
)


def choose_hint(accounts: int, dismissed: tuple[str, ...]) -> Hint | None:
    """Return the first hint that fits and was not dismissed; None if there is none."""
    fitting = (one for one in HINTS if accounts >= one.min_accounts)
    return next((one for one in fitting if one.id not in dismissed), None)


class HintBar(QFrame):
    """One hint in a line; it goes for good when it is dismissed, and the next start has another."""

    def __init__(self, hint: Hint, preferences: Preferences) -> None:
        super().__init__()
        self._hint = hint
        self._preferences = preferences
        self.setAccessibleName("Hint")
        close = IconButton("x", "Dismiss this hint", side=24)
        close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, S + 1, M, S)
        row.setSpacing(M)
        row.addWidget(IconLabel("info", "text-3"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Text(hint.text, style=TextStyle.SMALL, role="text-2", wrap=True), 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)

    def _dismiss(self) -> None:
        self._preferences.dismiss_hint(self._hint.id)
        self.hide()
        self.deleteLater()

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        look, painter = look_of(self), QPainter(self)
        painter.fillRect(self.rect(), look.colour("page"))
        painter.fillRect(0, 0, self.width(), 1, look.colour("line"))

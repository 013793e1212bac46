"""One row of a card: what it is about, and the control that goes with it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.bending_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import L, M, S, Type


class SettingRow(QWidget):
    """Words at the left, the control at the right, or below where there is little room.

    Args:
        quiet: closer together and paler, for help that is seldom needed.
    """

    def __init__(
        self,
        title: str,
        help_text: str = "",
        control: QWidget | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self.help = Text(
            help_text, type=Type.SMALL, role="text-3" if quiet else "text-2", wrap=True
        )
        self.title = Text(title, wrap=True)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0 if quiet else 2)
        column.addWidget(self.title)
        column.addWidget(self.help)
        self.help.setVisible(bool(help_text))
        row = words
        if control is not None:
            # On Linux nothing else tells a screen reader the name of a drop-down list.
            self.title.setBuddy(control.focusProxy() or control)
            between = L if quiet else M
            row = ResponsiveRow(words, control, spacing=between, stretch=(1, 0), apart=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(*((L, S, M, S) if quiet else (L, M, L, M)))
        box.addWidget(row)

    def set_help(self, text: str) -> None:
        """Say something else below the title."""
        self.help.setText(text)
        self.help.setVisible(bool(text))

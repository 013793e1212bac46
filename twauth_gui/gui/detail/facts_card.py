"""The card with what is known of the account."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.gui.detail.value_name import ValueName
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.when import day


class FactsCard(Card):
    """User ID, sign-in, access, app: for reading and copying, not for changing."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Text] = {}
        self._labels: dict[str, Text] = {}
        grid = QGridLayout()
        grid.setContentsMargins(16, 11, 16, 11)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for line, name in enumerate(("User ID", "Signed in", "Access", "App", "API host")):
            label = ValueName(name)
            grid.addWidget(label, line, 0)
            value = ElidedLabel("")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(value, line, 1)
            self._values[name] = value
            self._labels[name] = label
        holder = QWidget()
        holder.setLayout(grid)
        self.body.addWidget(holder)

    def show_account(self, account: Account, app_label: str, host: str, now: datetime) -> None:
        """Fill in the values; an empty one is left out."""
        access = _upper(account.access.words) if account.access else "Not known yet"
        texts = {
            "User ID": account.user_id,
            "Signed in": f"{_upper(day(account.signed_in_at, now))}, {account.method.words}",
            "Access": access,
            "App": app_label,
            "API host": host,
        }
        for name, text in texts.items():
            self._values[name].setText(text)
            self._values[name].setVisible(bool(text))
            self._labels[name].setVisible(bool(text))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]

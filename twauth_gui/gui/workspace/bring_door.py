"""The door for people who come with accounts of other tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from twauth_gui.gui.bringing.looking import look_here, summary
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import secondary_button
from twauth_gui.gui.workspace.door import WelcomeCard
from twauth_gui.gui.workspace.main_menu import open_bringing

if TYPE_CHECKING:
    from twauth_gui.transfer.tools.found import Found

_ANY = "Accounts from twurl, t, xurl, twarc, a .env file and others. Their files stay as they are."
_LATER_MS = 400  # once the window stands: the readers are loaded for it


class ImportCard(WelcomeCard):
    """Says what was found on this computer, once somebody has looked."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("download", "Bring in what you have", _ANY)
        self._desk = desk
        self._button = secondary_button("Look for accounts")
        self._button.clicked.connect(lambda: open_bringing(desk))
        self.column.addSpacing(12)
        self.column.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        QTimer.singleShot(_LATER_MS, self, self._look)

    def _look(self) -> None:
        # Not in the store's lane: a home on a slow disk must not keep the list from being read.
        self._desk.over_network(
            self, lambda job: look_here(self._desk.home, job.cancel), self._show
        )

    def _show(self, found: Sequence[Found]) -> None:
        text, count = summary(found)
        if count:
            self.words.setText(text)
            self._button.setText(f"Look at {count} account{'' if count == 1 else 's'}")

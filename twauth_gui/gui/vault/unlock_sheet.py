"""The sheet that opens the vault for something that needs it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XL, XXL, M
from twauth_gui.gui.vault.unlock_form import UnlockForm
from twauth_gui.gui.vault_watch import VaultState

_WAITS = "Waiting for its answer. Its prompt may be behind another window."


class UnlockSheet(Dialog):
    """Says why the vault is shut, and opens it.

    Signals:
        unlocked: it is open; what was wanted can go on.
    """

    unlocked = Signal()

    def __init__(self, vault: VaultState) -> None:
        super().__init__("", width=DialogWidth.W440)
        self._vault = vault
        self._advice = Text("", role="text-2", wrap=True)
        self._form = UnlockForm(vault, buttons=False)
        self._form.waiting_changed.connect(self._wait)
        self._go = primary_button("")
        self._go.clicked.connect(self._form.submit)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XL, XXL, XL)
        column.setSpacing(M)
        column.addWidget(self._advice)
        column.addWidget(self._form)
        self.set_body(body)
        self.add_choice(self._go)
        vault.changed.connect(self._show)
        self._show()
        self.set_initial_focus(self._form.field if vault.is_file else self._go)

    def _show(self) -> None:
        problem = self._vault.problem
        if problem is None:
            self._vault.changed.disconnect(self._show)
            self.close_sheet()
            self.unlocked.emit()
            return
        self.set_title(problem.title.rstrip("."))
        self._advice.setText(problem.advice)
        self._go.setText(self._form.words)

    def _wait(self, waiting: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._go.setEnabled(not waiting)
        if waiting and not self._vault.is_file:
            self._advice.setText(_WAITS)

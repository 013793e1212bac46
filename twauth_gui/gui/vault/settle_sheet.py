"""The sheet that ends a move of the credentials that was cut off."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import XL, XXL, L
from twauth_gui.gui.vault.passphrase_fields import PassphraseBlock
from twauth_gui.store.moving import Settled
from twauth_gui.store.vault import mid_sentence

_WHAT = (
    "Nothing is lost: every credential is in {name}. What is left over in the other place can be"
    " tidied up once that is open too."
)


class SettleSheet(Dialog):
    """Opens the other vault, then undoes or finishes the move."""

    def __init__(self, desk: AppContext, diagnosis: Diagnosis) -> None:
        super().__init__("Moving the credentials was cut off", width=DialogWidth.W440)
        self._desk = desk
        self._asks = desk.services.storage.file.exists and desk.services.storage.file.locked
        self._block = PassphraseBlock("Passphrase of the encrypted file")
        self._block.setVisible(self._asks)
        self._problem = ProblemLine()
        self._problem.show_diagnosis(diagnosis)
        if self._asks:
            self._problem.clear()
        self._go = primary_button("Tidy up")
        self._go.clicked.connect(self._pressed)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XL, XXL, XL)
        column.setSpacing(L)
        column.addWidget(
            Text(_WHAT.format(name=mid_sentence(desk.vault.name)), role="text-2", wrap=True)
        )
        column.addWidget(self._block)
        column.addWidget(self._problem)
        self.set_body(body)
        later = secondary_button("Later")
        later.clicked.connect(self.dismiss)
        self.add_right(later)
        self.add_right(self._go)
        self.set_default(self._go)
        self.set_initial_focus(self._block.field if self._asks else self._go)

    def _pressed(self) -> None:
        storage, passphrase = self._desk.services.storage, None
        if self._asks:
            passphrase = self._block.take()
            if passphrase is None:
                return

        def work(_job: Job) -> Settled | None:
            if passphrase is not None:
                storage.open_file(passphrase)
            else:
                storage.keychain.unlock()
            return storage.settle()

        self._go.setEnabled(False)
        self._problem.clear()
        self._desk.over_network(self, work, self._done, self._failed, must_finish=True)

    def _done(self, settled: Settled | None) -> None:
        self.close_sheet()
        self._desk.vault.probe()
        if settled is not None:
            self._desk.window.show_status(settled.message)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)

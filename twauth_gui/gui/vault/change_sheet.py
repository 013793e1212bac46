"""The sheet in which the passphrase of the encrypted file is changed."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import XL, XXL, L, Type
from twauth_gui.gui.vault.passphrase_fields import NewPassphrase, PassphraseBlock
from twauth_gui.services.passphrases import FORGOTTEN


class ChangePassphraseSheet(Dialog):
    """Asks for the old passphrase, and twice for the new one."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Change the passphrase", width=DialogWidth.W440)
        self._desk = desk
        self._old = PassphraseBlock("Current passphrase")
        self._new = NewPassphrase("New passphrase")
        self._problem = ProblemLine()
        self._change = primary_button("Change passphrase")
        self._change.clicked.connect(self._pressed)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XL, XXL, XL)
        column.setSpacing(L)
        for part in (
            self._old,
            self._new,
            Text(FORGOTTEN, type=Type.SMALL, role="text-2", wrap=True),
            self._problem,
        ):
            column.addWidget(part)
        self.set_body(body)
        self.add_choice(self._change)
        self.set_initial_focus(self._old.field)

    def _pressed(self) -> None:
        new = self._new.take()
        old = None if new is None else self._old.take()
        if new is None or old is None:
            return
        file = self._desk.services.storage.file

        def work(_job: Job) -> None:
            file.change_passphrase(old, new)

        def done(_nothing: None) -> None:
            self.close_sheet()
            self._desk.vault.probe()
            self._desk.window.show_status("The passphrase is changed")

        self._change.setEnabled(False)
        self._desk.over_network(self, work, done, self._failed, must_finish=True)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._change.setEnabled(True)
        if diagnosis.kind is ProblemKind.KEYCHAIN_LOCKED:
            self._old.refuse(diagnosis.title)
        else:
            self._problem.show_diagnosis(diagnosis)

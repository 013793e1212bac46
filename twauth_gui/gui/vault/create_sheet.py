"""The sheet in which the encrypted file is created, where there is no keychain."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.theme.measure import XL, XXL, L, Type
from twauth_gui.gui.vault.passphrase_fields import NewPassphrase
from twauth_gui.services.lock_settings import FILE_MINUTES
from twauth_gui.services.passphrases import FORGOTTEN

_WHAT = (
    "Credentials are kept in one file in Twauth's folder, encrypted under a passphrase. Twauth asks"
    f" for it when it starts, and again after {FILE_MINUTES} minutes without use."
)


class CreateFileSheet(Dialog):
    """Asks for the passphrase twice, and says what happens if it is forgotten.

    Signals:
        created: the file is there and unlocked.
    """

    created = Signal()

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Create the encrypted file", width=DialogWidth.W440)
        self._desk = desk
        self._passphrase = NewPassphrase()
        self._problem = ProblemLine()
        self._passphrase.edited.connect(self._problem.clear)
        self._create = primary_button("Create file")
        self._create.clicked.connect(self._pressed)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(XXL, XL, XXL, XL)
        column.setSpacing(L)
        column.addWidget(Text(_WHAT, role="text-2", wrap=True))
        column.addWidget(self._passphrase)
        column.addWidget(Text(FORGOTTEN, type=Type.SMALL, role="text-2", wrap=True))
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_choice(self._create)
        self.set_initial_focus(self._passphrase)
        desk.vault.changed.connect(self._look)

    def _pressed(self) -> None:
        passphrase = self._passphrase.take()
        if passphrase is not None:
            self._create.setEnabled(False)
            self._desk.vault.create_file(passphrase, self._refused)

    def _refused(self, problem: Diagnosis) -> None:
        self._create.setEnabled(True)
        self._problem.show_diagnosis(problem)
        self._passphrase.setFocus()

    def _look(self) -> None:
        if self._desk.vault.problem is None:
            self._desk.vault.changed.disconnect(self._look)
            self.close_sheet()
            if self._desk.vault.is_file:  # else a keychain has come up meanwhile
                self.created.emit()

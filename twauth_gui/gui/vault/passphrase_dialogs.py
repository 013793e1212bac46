"""Dialogs that create the encrypted file or change its passphrase."""

from __future__ import annotations

from PySide6.QtCore import Signal

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import L, TextStyle
from twauth_gui.gui.vault.passphrase_fields import NewPassphraseFields, PassphraseBlock
from twauth_gui.services.passphrases import FORGOTTEN_WARNING
from twauth_gui.services.settings import DEFAULT_FILE_MINUTES

_FILE_TEXT = (
    "Credentials are kept in one file in Twauth's folder, encrypted under a passphrase. Twauth asks"
    f" for it when it starts, and again after {DEFAULT_FILE_MINUTES} minutes without use."
)


class CreateFileDialog(Dialog):
    """Asks for the passphrase twice, and says what happens if it is forgotten.

    Signals:
        created: the file exists and is unlocked.
    """

    created = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__("Create the encrypted file", width=DialogWidth.W440)
        self._context = context
        self._passphrase = NewPassphraseFields()
        self._problem = ProblemBanner()
        self._passphrase.edited.connect(self._problem.clear)
        self._create = primary_button("Create file")
        self._create.clicked.connect(self._create_file)
        body, column = make_dialog_body(L)
        column.addWidget(Text(_FILE_TEXT, role="text-2", wrap=True))
        column.addWidget(self._passphrase)
        column.addWidget(Text(FORGOTTEN_WARNING, style=TextStyle.SMALL, role="text-2", wrap=True))
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_cancel_and(self._create)
        self.set_initial_focus(self._passphrase)
        context.vault.changed.connect(self._close_when_open)

    def _create_file(self) -> None:
        passphrase = self._passphrase.take_passphrase()
        if passphrase is not None:
            self._create.setEnabled(False)
            self._context.vault.create_file(passphrase, self._show_problem)

    def _show_problem(self, problem: Diagnosis) -> None:
        self._create.setEnabled(True)
        self._problem.show_diagnosis(problem)
        self._passphrase.setFocus()

    def _close_when_open(self) -> None:
        if self._context.vault.problem is None:
            self._context.vault.changed.disconnect(self._close_when_open)
            self.close_dialog()
            if self._context.vault.is_file:  # else a keychain has become available meanwhile
                self.created.emit()


class ChangePassphraseDialog(Dialog):
    """Asks for the current passphrase, and twice for the new one."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Change the passphrase", width=DialogWidth.W440)
        self._context = context
        self._old = PassphraseBlock("Current passphrase")
        self._new = NewPassphraseFields("New passphrase")
        self._problem = ProblemBanner()
        self._change = primary_button("Change passphrase")
        self._change.clicked.connect(self._change_passphrase)
        body, column = make_dialog_body(L)
        for part in (
            self._old,
            self._new,
            Text(FORGOTTEN_WARNING, style=TextStyle.SMALL, role="text-2", wrap=True),
            self._problem,
        ):
            column.addWidget(part)
        self.set_body(body)
        self.add_cancel_and(self._change)
        self.set_initial_focus(self._old.field)

    def _change_passphrase(self) -> None:
        new = self._new.take_passphrase()
        old = None if new is None else self._old.take_passphrase()
        if new is None or old is None:
            return
        file = self._context.services.vaults.file_vault

        def work(_job: Job) -> None:
            file.change_passphrase(old, new)

        def done(_nothing: None) -> None:
            self.close_dialog()
            self._context.vault.probe()
            self._context.window.show_status("The passphrase is changed")

        self._change.setEnabled(False)
        self._context.run_over_network(self, work, done, self._show_failure, must_finish=True)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._change.setEnabled(True)
        if diagnosis.kind is ProblemKind.KEYCHAIN_LOCKED:
            self._old.show_error(diagnosis.title)
        else:
            self._problem.show_diagnosis(diagnosis)

"""Dialogs that move all credentials to the other vault, or finish an interrupted move."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QProgressBar, QWidget
from shiboken6 import isValid

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import L, TextStyle
from twauth_gui.gui.vault.passphrase_fields import NewPassphraseFields, PassphraseBlock
from twauth_gui.services.passphrases import FORGOTTEN_WARNING
from twauth_gui.services.vault_service import VaultService
from twauth_gui.store.vault_migration import MigrationRecovery, MigrationResult
from twauth_gui.store.vault_selection import VaultKind

_TO_FILE_TEXT = (
    "All credentials are copied into one file in Twauth's folder, encrypted under a passphrase, and"
    " checked. Then they are deleted from {source}."
)
_TO_KEYCHAIN_TEXT = (
    "All credentials are copied into this computer's keychain and checked. Then the encrypted file"
    " is deleted."
)
_SAFETY_TEXT = (
    "If this is interrupted, Twauth finishes or undoes it at the next start. Nothing is lost."
)


@dataclass(frozen=True, slots=True)
class _MoveProgress:
    done: int
    total: int


class MoveVaultDialog(Dialog):
    """Moves all credentials to the other vault, and then says how that ended."""

    def __init__(self, context: AppContext) -> None:
        self._to_file = not context.vault.is_file
        target = "an encrypted file" if self._to_file else "the keychain"
        super().__init__(f"Move to {target}", width=DialogWidth.W440)
        self._context = context
        self._passphrase = NewPassphraseFields("Passphrase of the file")
        self._state = Text("", role="text-2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Moved so far")
        self._problem = ProblemBanner()
        self._passphrase.edited.connect(self._problem.clear)
        self._cancel = secondary_button("Cancel")
        self._go = primary_button("Move everything")
        self._build()

    def _build(self) -> None:
        source = name_in_sentence(self._context.vault.name)
        body, column = make_dialog_body(L)
        text = _TO_FILE_TEXT.format(source=source) if self._to_file else _TO_KEYCHAIN_TEXT
        self._before: list[QWidget] = [
            Text(text, role="text-2", wrap=True),
            Text(_SAFETY_TEXT, role="text-2", wrap=True),
        ]
        if self._to_file:
            hint = Text(FORGOTTEN_WARNING, style=TextStyle.SMALL, role="text-2", wrap=True)
            self._before += [self._passphrase, hint]
        for part in (*self._before, self._state, self._bar, self._problem):
            column.addWidget(part)
        self._state.hide()
        self._bar.hide()
        self.set_body(body)
        self._cancel.clicked.connect(self.dismiss)
        self._go.clicked.connect(self._start_move)
        self.add_right(self._cancel)
        self.add_right(self._go)
        self.set_default(self._go)
        self.set_initial_focus(self._passphrase if self._to_file else self._go)

    def _start_move(self) -> None:
        passphrase = self._passphrase.take_passphrase() if self._to_file else None
        if self._to_file and passphrase is None:
            return
        vaults = self._context.services.vaults

        def work(job: Job) -> MigrationResult:
            return _run_move(vaults, passphrase, job)

        self._go.setEnabled(False)
        self._problem.clear()
        self._show_status("Copying…")
        self._bar.setRange(0, 0)
        self._bar.show()
        # Owned by what outlives the dialog: the window has to learn of the move in any case.
        self._context.run_over_network(
            self._context.vault,
            work,
            self._show_result,
            self._show_failure,
            on_report=self._show_progress,
            must_finish=True,
        )

    def _show_progress(self, progress: object) -> None:
        if isinstance(progress, _MoveProgress) and isValid(self):
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)

    def _show_result(self, result: MigrationResult) -> None:
        self._context.vault.probe()
        self._context.snapshots.reload()
        outcome = _result_text(result, name_in_sentence(self._context.services.vaults.name))
        if not isValid(self):
            self._context.window.show_status(outcome)
            return
        for part in (*self._before, self._bar, self._go):
            part.hide()
        self._show_status(outcome)
        self._cancel.setText("Done")
        self._cancel.setFocus()

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        if not isValid(self):
            self._context.window.show_problem(diagnosis)
            return
        self._bar.hide()
        self._state.hide()
        self._go.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)
        if diagnosis.kind is not ProblemKind.KEYCHAIN_LOCKED:
            self._context.vault.probe()

    def _show_status(self, text: str) -> None:
        self._state.setText(text)
        self._state.show()
        announce(self, text)


def _run_move(vaults: VaultService, passphrase: Secret | None, job: Job) -> MigrationResult:
    def report(done: int, total: int) -> None:
        job.report(_MoveProgress(done, total))

    if passphrase is not None:
        return vaults.migrate(VaultKind.FILE, passphrase, report)
    vaults.keychain.unlock()
    return vaults.migrate(VaultKind.KEYCHAIN, progress=report)


def _result_text(result: MigrationResult, name: str) -> str:
    items = "1 item is" if result.items == 1 else f"{result.items:,} items are"
    parts = [f"{items} in {name} now."]
    if result.missing:
        parts.append(f"{len(result.missing):,} were missing before and still are.")
    if result.not_deleted:
        parts.append("Some could not be deleted from the old place. Twauth tries again at start.")
    else:
        parts.append("Nothing is left in the old place.")
    return " ".join(parts)


_UNFINISHED_TEXT = (
    "Nothing is lost: every credential is in {name}. What is left over in the other place can be"
    " deleted once that is open too."
)


class FinishMoveDialog(Dialog):
    """Opens the other vault, then finishes or undoes an interrupted move."""

    def __init__(self, context: AppContext, diagnosis: Diagnosis) -> None:
        super().__init__("Moving the credentials was interrupted", width=DialogWidth.W440)
        self._context = context
        self._asks_passphrase = (
            context.services.vaults.file_vault.exists
            and context.services.vaults.file_vault.is_locked
        )
        self._block = PassphraseBlock("Passphrase of the encrypted file")
        self._block.setVisible(self._asks_passphrase)
        self._problem = ProblemBanner()
        self._problem.show_diagnosis(diagnosis)
        if self._asks_passphrase:
            self._problem.clear()
        self._go = primary_button("Clean up")
        self._go.clicked.connect(self._finish_move)
        body, column = make_dialog_body(L)
        column.addWidget(
            Text(
                _UNFINISHED_TEXT.format(name=name_in_sentence(context.vault.name)),
                role="text-2",
                wrap=True,
            )
        )
        column.addWidget(self._block)
        column.addWidget(self._problem)
        self.set_body(body)
        later = secondary_button("Later")
        later.clicked.connect(self.dismiss)
        self.add_right(later)
        self.add_right(self._go)
        self.set_default(self._go)
        self.set_initial_focus(self._block.field if self._asks_passphrase else self._go)

    def _finish_move(self) -> None:
        vaults, passphrase = self._context.services.vaults, None
        if self._asks_passphrase:
            passphrase = self._block.take_passphrase()
            if passphrase is None:
                return

        def work(_job: Job) -> MigrationRecovery | None:
            if passphrase is not None:
                vaults.open_file_vault(passphrase)
            else:
                vaults.keychain.unlock()
            return vaults.finish_interrupted_migration()

        self._go.setEnabled(False)
        self._problem.clear()
        self._context.run_over_network(
            self, work, self._show_result, self._show_failure, must_finish=True
        )

    def _show_result(self, recovery: MigrationRecovery | None) -> None:
        self.close_dialog()
        self._context.vault.probe()
        if recovery is not None:
            self._context.window.show_status(recovery.message)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)

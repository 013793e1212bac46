"""Dialogs that write a backup and restore one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.backup.restore_list import RestoreList
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button
from twauth_gui.gui.parts.confirm_dialog import ask_to_replace
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.file_path_field import FilePathField
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.snapshot_store import Snapshot
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import XS, S, TextStyle
from twauth_gui.gui.time_format import format_clock, format_day
from twauth_gui.gui.vault.passphrase_fields import NewPassphraseFields, PassphraseBlock
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.backups import (
    AGE_SUFFIX,
    NATIVE_SUFFIX,
    BackupResult,
    RestorePreview,
    describe_restore,
    describe_restored,
)
from twauth_gui.store.restore_plan import RestoreChange, RestoreResult


def build_labelled_part(label: str, part: QWidget, note: str = "") -> QVBoxLayout:
    """Put a label above a part, and a note in small text below it."""
    column = QVBoxLayout()
    column.setSpacing(XS)
    column.addWidget(Text(label, style=TextStyle.SMALL, strong=True))
    column.addWidget(part)
    if note:
        column.addSpacing(XS)
        column.addWidget(Text(note, style=TextStyle.SMALL, role="text-3", wrap=True))
    return column


_FILTER = f"Backups (*{NATIVE_SUFFIX} *{AGE_SUFFIX});;All files (*)"


def ask_backup_path(
    parent: QWidget, folder: Path, name: str, chosen: Callable[[str], None]
) -> None:
    """Ask for the file to write. The dialog itself asks before it replaces one."""
    dialog = _file_dialog(parent, "Back up", folder, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(name)
    dialog.open()


def ask_backup_to_restore(parent: QWidget, folder: Path, chosen: Callable[[str], None]) -> None:
    """Ask for the backup to open."""
    dialog = _file_dialog(parent, "Restore", folder, chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def _file_dialog(
    parent: QWidget, title: str, folder: Path, chosen: Callable[[str], None]
) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder), _FILTER)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog


_AGE_HINT = "A file whose name ends in .age is written in the age format, for other programs."
_FORGOTTEN_HINT = "The backup cannot be opened without it, and it cannot be reset."


class BackupDialog(Dialog):
    """Asks for a file and a passphrase, then writes the backup."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Back up", width=DialogWidth.W640)
        self._context = context
        self._name = f"twauth-{context.now():%Y-%m-%d}{NATIVE_SUFFIX}"
        self._file = FilePathField(context.home)
        self._file.suggest(self._name)
        self._passphrase = NewPassphraseFields(hint=_FORGOTTEN_HINT)
        self._progress = Text("", style=TextStyle.SMALL, role="text-2")
        self._problem = ProblemBanner()
        self._go = primary_button("Back up")
        self._build()
        self._file.browse_requested.connect(self._browse)
        self._go.clicked.connect(lambda: self._write(overwrite=False))

    def _build(self) -> None:
        body, column = make_dialog_body()
        column.addWidget(
            Text(_contents_text(self._context.snapshots.current), role="text-2", wrap=True)
        )
        age = _AGE_HINT if self._context.services.backups.supports_age else ""
        column.addLayout(build_labelled_part("File", self._file, age))
        column.addWidget(self._passphrase)
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_left(self._progress)
        self.add_cancel_and(self._go)
        self.set_initial_focus(self._passphrase)

    def _browse(self) -> None:
        ask_backup_path(self, self._context.home, self._name, self._file.set_path)

    def _write(self, *, overwrite: bool) -> None:
        path = self._file.path
        self._problem.clear()
        if path is None:
            self._problem.show_text("Name a file.")
            return
        passphrase = self._passphrase.take_passphrase(forget=False)  # it may have to be tried again
        if passphrase is None:
            return
        total = len(self._context.snapshots.current.accounts)

        def work(job: Job) -> BackupResult:
            count = 0

            def before_each() -> None:
                nonlocal count
                job.cancel.raise_if_cancelled()
                job.report(count)
                count += 1

            return self._context.services.backups.write(
                path, passphrase, before_each, overwrite=overwrite
            )

        def done(result: BackupResult) -> None:
            self._context.window.show_status(
                f"{_result_text(result)} backed up to {path.name} in {path.parent}"
            )
            self.close_dialog()

        def report(count: object) -> None:
            self._progress.setText(f"Reading {count} of {pluralize(total, 'account')}")

        self._go.setEnabled(False)
        # Not on the store's worker: a thousand accounts take a while, and others need the keychain.
        self._context.run_over_network(self, work, done, self._show_failure, on_report=report)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._progress.setText("")
        path = self._file.path
        if path is not None and diagnosis.kind is ProblemKind.FILE_EXISTS:
            ask_to_replace(self._context.dialogs, path, lambda: self._write(overwrite=True))
            return
        if not offer_unlock(self._context, diagnosis, self._go.click):
            self._problem.show_diagnosis(diagnosis)


def _contents_text(snapshot: Snapshot) -> str:
    count = pluralize(len(snapshot.accounts), "account")
    return (
        f"One encrypted file with {count}, all credentials and the keys of the apps:"
        " to keep, or to move to another computer."
    )


def _result_text(result: BackupResult) -> str:
    count = pluralize(result.accounts, "account")
    if result.without_credentials:
        return f"{count}, {result.without_credentials} without credentials,"
    return count


_RESTORE_TEXT = (
    "Choose a backup and type its passphrase. You see what it would change before anything"
    " changes, and nothing is ever deleted."
)


class RestoreDialog(Dialog):
    """Asks for a backup and its passphrase, shows what is in it, then restores it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Restore", width=DialogWidth.W640)
        self._context = context
        self._file = FilePathField(context.home)
        self._passphrase = PassphraseBlock()
        self._problem = ProblemBanner()
        self._progress = Text("", style=TextStyle.SMALL, role="text-2")
        self._go = primary_button("Open backup")
        self._go.clicked.connect(self._open_or_restore)
        self._preview: RestorePreview | None = None
        self._list: RestoreList | None = None
        self._build()
        self._file.browse_requested.connect(self._browse)

    def _build(self) -> None:
        body, column = make_dialog_body()
        column.addWidget(Text(_RESTORE_TEXT, role="text-2", wrap=True))
        column.addLayout(build_labelled_part("File", self._file))
        column.addWidget(self._passphrase)
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_left(self._progress)
        self.add_cancel_and(self._go)

    def _browse(self) -> None:
        ask_backup_to_restore(self, self._context.home, self._file.set_path)

    def _open_or_restore(self) -> None:
        if self._preview is None:
            self._open_backup()
        elif self._preview.plan.is_empty:
            self.close_dialog()
        else:
            self._restore(self._preview)

    # -- open --------------------------------------------------------------------------------------

    def _open_backup(self) -> None:
        path = self._file.path
        self._problem.clear()
        if path is None:
            self._problem.show_text("Choose a file.")
            return
        passphrase = self._passphrase.take_passphrase(forget=False)  # it may have to be tried again
        if passphrase is None:
            return

        def work(_job: Job) -> RestorePreview:
            return self._context.services.backups.read(path, passphrase)

        self._go.setEnabled(False)
        self._progress.setText("Opening the backup")
        self._context.run_over_network(self, work, self.show_preview, self._show_failure)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._progress.setText("")
        if diagnosis.kind is ProblemKind.BACKUP_LOCKED:
            self._passphrase.show_error(diagnosis.title)
            return
        if not offer_unlock(self._context, diagnosis, self._go.click):
            self._problem.show_diagnosis(diagnosis)

    def show_preview(self, preview: RestorePreview) -> None:
        """Show what the opened backup would change."""
        self._preview = preview
        self._progress.setText("Nothing has changed yet")
        self._problem = ProblemBanner()
        self._list = RestoreList(preview.lines)
        body, column = make_dialog_body()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        made, now = preview.backup.made_at, self._context.now()
        when = f"Made {format_day(made, now)} at {format_clock(made, now)}."
        column.addWidget(Text(f"{when} {describe_restore(preview)}", wrap=True))
        conflicts = preview.count(RestoreChange.CONFLICT)
        if conflicts:
            column.addLayout(self._build_choices(conflicts))
        card = Card()
        card.body.setContentsMargins(XS, XS, XS, XS)
        card.add_row(self._list)
        column.addWidget(card, 1)
        column.addWidget(self._problem)
        self.set_body(body)
        self._go.setText("Done" if preview.plan.is_empty else "Restore")
        self._go.setEnabled(True)
        QTimer.singleShot(0, self._list, self._list.setFocus)  # once it is shown

    def _build_choices(self, conflicts: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        text = "What is here stays, unless you check it to be replaced from the backup."
        row.addWidget(Text(text, role="text-2", wrap=True), 1)
        if conflicts > 1:
            for label, replace in (("Check all", True), ("Check none", False)):
                button = quiet_button(label, size=ButtonSize.SMALL)
                button.clicked.connect(
                    lambda _checked=False, replace=replace: self._decide_all(replace=replace)
                )
                row.addWidget(button)
        return row

    def _decide_all(self, *, replace: bool) -> None:
        if self._list is not None:
            self._list.lines.decide_all(replace=replace)

    # -- restore -----------------------------------------------------------------------------------

    def _restore(self, preview: RestorePreview) -> None:
        decisions = self._list.lines.decisions() if self._list is not None else {}
        total = len(preview.lines)
        self._problem.clear()

        def work(job: Job) -> RestoreResult:
            count = 0

            def before_each() -> None:
                nonlocal count
                job.cancel.raise_if_cancelled()
                job.report(count)
                count += 1

            return self._context.services.backups.restore(preview, decisions, before_each)

        def done(result: RestoreResult) -> None:
            self.close_dialog()
            self._context.window.show_status(describe_restored(result, preview))

        def report(count: object) -> None:
            self._progress.setText(f"Restored {count} of {total}")

        self._go.setEnabled(False)
        reload = self._context.snapshots.reload  # also if it failed or was stopped half-way
        self._context.run_over_network(
            self, work, done, self._show_failure, on_report=report, on_ended=reload
        )

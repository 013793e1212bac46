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
from twauth_gui.gui.export.file_path_field import FilePathField
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button
from twauth_gui.gui.parts.confirm_dialog import ask_to_replace
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
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
    RestoreOffer,
    describe_restore,
    describe_restored,
)
from twauth_gui.store.restore_plan import RestoreChange, RestoreResult


def build_labelled_part(label: str, part: QWidget, note: str = "") -> QVBoxLayout:
    """Put a label above a part, and a small line below it."""
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
    """Let the person name a file. Whether to replace one is asked by the sheet."""
    dialog = _file_dialog(parent, "Back up", folder, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(name)
    dialog.open()


def ask_backup_to_restore(parent: QWidget, folder: Path, chosen: Callable[[str], None]) -> None:
    """Let the person choose a file."""
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


_AGE_HINT = "A name that ends in .age is written in the format of age, for other programs."

_FORGOTTEN_HINT = "Nobody can open the backup without it, and nobody can reset it."


class BackupDialog(Dialog):
    """Asks for the file and its passphrase, then writes it."""

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
        self._file.browse_wanted.connect(self._browse)
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
        passphrase = self._passphrase.take(forget=False)  # it may have to be tried again
        if passphrase is None:
            return
        total = len(self._context.snapshots.current.accounts)

        def work(job: Job) -> BackupResult:
            read = 0

            def before_each() -> None:
                nonlocal read
                job.cancel.raise_if_cancelled()
                job.report(read)
                read += 1

            return self._context.services.backups.write(
                path, passphrase, before_each, overwrite=overwrite
            )

        def done(held: BackupResult) -> None:
            self._context.window.show_status(
                f"{_result_text(held)} backed up to {path.name} in {path.parent}"
            )
            self.close_dialog()

        def report(read: object) -> None:
            self._progress.setText(f"Reading {read} of {pluralize(total, 'account')}")

        self._go.setEnabled(False)
        # On the network lane: a thousand accounts take a while, and others want the keychain too.
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
        " to keep, or to bring to another computer."
    )


def _result_text(held: BackupResult) -> str:
    count = pluralize(held.accounts, "account")
    if held.without_credentials:
        return f"{count}, {held.without_credentials} without credentials,"
    return count


_RESTORE_TEXT = (
    "Choose a backup and type its passphrase. You see what it would change before anything is"
    " changed, and nothing is ever deleted."
)


class RestoreDialog(Dialog):
    """First the file and its passphrase, then what is in it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Restore", width=DialogWidth.W640)
        self._context = context
        self._file = FilePathField(context.home)
        self._passphrase = PassphraseBlock()
        self._problem = ProblemBanner()
        self._progress = Text("", style=TextStyle.SMALL, role="text-2")
        self._go = primary_button("Look inside")
        self._go.clicked.connect(self._open_or_restore)
        self._offer: RestoreOffer | None = None
        self._list: RestoreList | None = None
        self._build()
        self._file.browse_wanted.connect(self._browse)

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
        if self._offer is None:
            self._open_backup()
        elif self._offer.plan.is_empty:
            self.close_dialog()
        else:
            self._restore(self._offer)

    # -- looking inside ----------------------------------------------------------------------------

    def _open_backup(self) -> None:
        path = self._file.path
        self._problem.clear()
        if path is None:
            self._problem.show_text("Choose a file.")
            return
        passphrase = self._passphrase.take(forget=False)  # it may have to be tried again
        if passphrase is None:
            return

        def work(_job: Job) -> RestoreOffer:
            return self._context.services.backups.read(path, passphrase)

        self._go.setEnabled(False)
        self._progress.setText("Opening the backup")
        self._context.run_over_network(self, work, self.show_offer, self._show_failure)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._progress.setText("")
        if diagnosis.kind is ProblemKind.BACKUP_LOCKED:
            self._passphrase.refuse(diagnosis.title)
            return
        if not offer_unlock(self._context, diagnosis, self._go.click):
            self._problem.show_diagnosis(diagnosis)

    def show_offer(self, offer: RestoreOffer) -> None:
        """Show what an open backup would change."""
        self._offer = offer
        self._progress.setText("Nothing was changed yet")
        self._problem = ProblemBanner()
        self._list = RestoreList(offer.lines)
        body, column = make_dialog_body()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        made, now = offer.backup.made_at, self._context.now()
        when = f"Made {format_day(made, now)} at {format_clock(made, now)}."
        column.addWidget(Text(f"{when} {describe_restore(offer)}", wrap=True))
        conflicts = offer.count(RestoreChange.CONFLICT)
        if conflicts:
            column.addLayout(self._build_choices(conflicts))
        card = Card()
        card.body.setContentsMargins(XS, XS, XS, XS)
        card.add_row(self._list)
        column.addWidget(card, 1)
        column.addWidget(self._problem)
        self.set_body(body)
        self._go.setText("Done" if offer.plan.is_empty else "Restore")
        self._go.setEnabled(True)
        QTimer.singleShot(0, self._list, self._list.setFocus)  # once it is there

    def _build_choices(self, conflicts: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        words = "What is here stays. Check what the backup is to replace."
        row.addWidget(Text(words, role="text-2", wrap=True), 1)
        if conflicts > 1:
            for text, taken in (("Check all", True), ("Check none", False)):
                button = quiet_button(text, size=ButtonSize.SMALL)
                button.clicked.connect(lambda _on=False, all_=taken: self._decide_all(taken=all_))
                row.addWidget(button)
        return row

    def _decide_all(self, *, taken: bool) -> None:
        if self._list is not None:
            self._list.lines.decide_all(taken=taken)

    # -- bringing in -------------------------------------------------------------------------------

    def _restore(self, offer: RestoreOffer) -> None:
        takes = self._list.lines.decisions() if self._list is not None else {}
        total = len(offer.lines)
        self._problem.clear()

        def work(job: Job) -> RestoreResult:
            done = 0

            def before_each() -> None:
                nonlocal done
                job.cancel.raise_if_cancelled()
                job.report(done)
                done += 1

            return self._context.services.backups.restore(offer, takes, before_each)

        def done(restored: RestoreResult) -> None:
            self.close_dialog()
            self._context.window.show_status(describe_restored(restored, offer))

        def report(done: object) -> None:
            self._progress.setText(f"Restored {done} of {total}")

        self._go.setEnabled(False)
        ended = self._context.snapshots.reload  # also where it failed or was ended half-way
        self._context.run_over_network(
            self, work, done, self._show_failure, on_report=report, on_ended=ended
        )

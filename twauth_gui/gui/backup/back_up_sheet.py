"""The sheet that writes everything into one file."""

from __future__ import annotations

from twauth_gui.domain.counting import counted
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.backup.file_dialogs import ask_where_to_write
from twauth_gui.gui.backup.labelled import below_label
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.export.file_target import FileTarget
from twauth_gui.gui.library import Snapshot
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.confirm import ask_to_replace
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.gui.vault.passphrase_fields import NewPassphrase
from twauth_gui.services.backups import NATIVE_SUFFIX, BackedUp

_AGE = "A name that ends in .age is written in the format of age, for other programs."

_FORGOTTEN = "Nobody can open the backup without it, and nobody can reset it."


class BackUpSheet(Dialog):
    """Asks for the file and its passphrase, then writes it."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Back up", width=DialogWidth.W640)
        self._desk = desk
        self._name = f"twauth-{desk.now():%Y-%m-%d}{NATIVE_SUFFIX}"
        self._file = FileTarget(desk.home)
        self._file.suggest(self._name)
        self._passphrase = NewPassphrase(hint=_FORGOTTEN)
        self._progress = Text("", type=Type.SMALL, role="text-2")
        self._problem = ProblemLine()
        self._go = primary_button("Back up")
        self._build()
        self._file.browse_wanted.connect(self._browse)
        self._go.clicked.connect(lambda: self._write(overwrite=False))

    def _build(self) -> None:
        body, column = sheet_page()
        column.addWidget(Text(_what(self._desk.library.snapshot), role="text-2", wrap=True))
        age = _AGE if self._desk.services.backups.knows_age else ""
        column.addLayout(below_label("File", self._file, age))
        column.addWidget(self._passphrase)
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_left(self._progress)
        self.add_choice(self._go)
        self.set_initial_focus(self._passphrase)

    def _browse(self) -> None:
        ask_where_to_write(self, self._desk.home, self._name, self._file.set_path)

    def _write(self, *, overwrite: bool) -> None:
        path = self._file.path
        self._problem.clear()
        if path is None:
            self._problem.show_text("Name a file.")
            return
        passphrase = self._passphrase.take(forget=False)  # it may have to be tried again
        if passphrase is None:
            return
        total = len(self._desk.library.snapshot.accounts)

        def work(job: Job) -> BackedUp:
            read = 0

            def before_each() -> None:
                nonlocal read
                job.cancel.check()
                job.report(read)
                read += 1

            return self._desk.services.backups.write(
                path, passphrase, before_each, overwrite=overwrite
            )

        def done(held: BackedUp) -> None:
            self._desk.window.show_status(
                f"{_held(held)} backed up to {path.name} in {path.parent}"
            )
            self.close_sheet()

        def report(read: object) -> None:
            self._progress.setText(f"Reading {read} of {counted(total, 'account')}")

        self._go.setEnabled(False)
        # On the network lane: a thousand accounts take a while, and others want the keychain too.
        self._desk.over_network(self, work, done, self._failed, report=report)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._progress.setText("")
        path = self._file.path
        if path is not None and diagnosis.kind is ProblemKind.FILE_EXISTS:
            ask_to_replace(self._desk.sheets, path, lambda: self._write(overwrite=True))
            return
        if not offers_unlock(self._desk, diagnosis, self._go.click):
            self._problem.show_diagnosis(diagnosis)


def _what(snapshot: Snapshot) -> str:
    count = counted(len(snapshot.accounts), "account")
    return (
        f"One encrypted file with {count}, all credentials and the keys of the apps:"
        " to keep, or to bring to another computer."
    )


def _held(held: BackedUp) -> str:
    count = counted(held.accounts, "account")
    if held.lacking:
        return f"{count}, {held.lacking} without credentials,"
    return count

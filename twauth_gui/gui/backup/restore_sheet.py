"""The sheet that brings a backup in, after showing what that would change."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.backup.file_dialogs import ask_what_to_read
from twauth_gui.gui.backup.labelled import below_label
from twauth_gui.gui.backup.restore_list import RestoreList
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.export.file_target import FileTarget
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import XS, S, Type
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.gui.vault.passphrase_fields import PassphraseBlock
from twauth_gui.gui.when import clock, day
from twauth_gui.services.backup_words import told_after, told_before
from twauth_gui.services.backups import RestoreOffer
from twauth_gui.store.restore import RestoreChange, Restored

_WHAT = (
    "Choose a backup and type its passphrase. You see what it would change before anything is"
    " changed, and nothing is ever deleted."
)


class RestoreSheet(Dialog):
    """First the file and its passphrase, then what is in it."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Restore", width=DialogWidth.W640)
        self._desk = desk
        self._file = FileTarget(desk.home)
        self._passphrase = PassphraseBlock()
        self._problem = ProblemLine()
        self._progress = Text("", type=Type.SMALL, role="text-2")
        self._go = primary_button("Look inside")
        self._go.clicked.connect(self._pressed)
        self._offer: RestoreOffer | None = None
        self._list: RestoreList | None = None
        self._build()
        self._file.browse_wanted.connect(self._browse)

    def _build(self) -> None:
        body, column = sheet_page()
        column.addWidget(Text(_WHAT, role="text-2", wrap=True))
        column.addLayout(below_label("File", self._file))
        column.addWidget(self._passphrase)
        column.addWidget(self._problem)
        self.set_body(body)
        self.add_left(self._progress)
        self.add_choice(self._go)

    def _browse(self) -> None:
        ask_what_to_read(self, self._desk.home, self._file.set_path)

    def _pressed(self) -> None:
        if self._offer is None:
            self._look_inside()
        elif self._offer.plan.is_empty:
            self.close_sheet()
        else:
            self._restore(self._offer)

    # -- looking inside ----------------------------------------------------------------------------

    def _look_inside(self) -> None:
        path = self._file.path
        self._problem.clear()
        if path is None:
            self._problem.show_text("Choose a file.")
            return
        passphrase = self._passphrase.take(forget=False)  # it may have to be tried again
        if passphrase is None:
            return

        def work(_job: Job) -> RestoreOffer:
            return self._desk.services.backups.open(path, passphrase)

        self._go.setEnabled(False)
        self._progress.setText("Opening the backup")
        self._desk.over_network(self, work, self.show_offer, self._failed)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._go.setEnabled(True)
        self._progress.setText("")
        if diagnosis.kind is ProblemKind.BACKUP_LOCKED:
            self._passphrase.refuse(diagnosis.title)
            return
        if not offers_unlock(self._desk, diagnosis, self._go.click):
            self._problem.show_diagnosis(diagnosis)

    def show_offer(self, offer: RestoreOffer) -> None:
        """Show what an open backup would change."""
        self._offer = offer
        self._progress.setText("Nothing was changed yet")
        self._problem = ProblemLine()
        self._list = RestoreList(offer.lines)
        body, column = sheet_page()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        made, now = offer.backup.made_at, self._desk.now()
        when = f"Made {day(made, now)} at {clock(made, now)}."
        column.addWidget(Text(f"{when} {told_before(offer)}", wrap=True))
        conflicts = offer.count(RestoreChange.CONFLICT)
        if conflicts:
            column.addLayout(self._choices(conflicts))
        card = Card()
        card.body.setContentsMargins(XS, XS, XS, XS)
        card.add_row(self._list)
        column.addWidget(card, 1)
        column.addWidget(self._problem)
        self.set_body(body)
        self._go.setText("Done" if offer.plan.is_empty else "Restore")
        self._go.setEnabled(True)
        QTimer.singleShot(0, self._list, self._list.setFocus)  # once it is there

    def _choices(self, conflicts: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(S)
        words = "What is here stays. Check what the backup is to replace."
        row.addWidget(Text(words, role="text-2", wrap=True), 1)
        if conflicts > 1:
            for text, taken in (("Check all", True), ("Check none", False)):
                button = quiet_button(text, size=ButtonSize.SMALL)
                button.clicked.connect(lambda _on=False, all_=taken: self._decide(taken=all_))
                row.addWidget(button)
        return row

    def _decide(self, *, taken: bool) -> None:
        if self._list is not None:
            self._list.lines.take_all(taken=taken)

    # -- bringing in -------------------------------------------------------------------------------

    def _restore(self, offer: RestoreOffer) -> None:
        takes = self._list.lines.takes() if self._list is not None else {}
        total = len(offer.lines)
        self._problem.clear()

        def work(job: Job) -> Restored:
            done = 0

            def before_each() -> None:
                nonlocal done
                job.cancel.check()
                job.report(done)
                done += 1

            return self._desk.services.backups.restore(offer, takes, before_each)

        def done(restored: Restored) -> None:
            self.close_sheet()
            self._desk.window.show_status(told_after(restored, offer))

        def report(done: object) -> None:
            self._progress.setText(f"Restored {done} of {total}")

        self._go.setEnabled(False)
        ended = self._desk.library.reload  # also where it failed or was ended half-way
        self._desk.over_network(self, work, done, self._failed, report=report, ended=ended)

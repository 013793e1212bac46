"""The sheet that takes all credentials from one vault to the other."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QProgressBar, QWidget
from shiboken6 import isValid

from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import primary_button, secondary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import L, Type
from twauth_gui.gui.vault.passphrase_fields import NewPassphrase
from twauth_gui.services.passphrases import FORGOTTEN
from twauth_gui.services.storage import Storage
from twauth_gui.store.choice import VaultKind
from twauth_gui.store.moving import Moved
from twauth_gui.store.vault import mid_sentence

_TO_FILE = (
    "All credentials are copied into one file in Twauth's folder, encrypted under a passphrase, and"
    " compared. Then they are deleted from {source}."
)
_TO_KEYCHAIN = (
    "All credentials are copied into this computer's keychain and compared. Then the encrypted file"
    " is deleted."
)
_SAFE = "If it is cut off, the next start finishes it or undoes it. Nothing is lost."


@dataclass(frozen=True, slots=True)
class _Progress:
    done: int
    in_all: int


class MoveSheet(Dialog):
    """One action: copy all, switch, leave nothing behind; then it says what became of it."""

    def __init__(self, desk: AppContext) -> None:
        self._to_file = not desk.vault.is_file
        where = "an encrypted file" if self._to_file else "the keychain"
        super().__init__(f"Move to {where}", width=DialogWidth.W440)
        self._desk = desk
        self._passphrase = NewPassphrase("Passphrase of the file")
        self._state = Text("", role="text-2", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Moved so far")
        self._problem = ProblemLine()
        self._passphrase.edited.connect(self._problem.clear)
        self._cancel = secondary_button("Cancel")
        self._go = primary_button("Move everything")
        self._build()

    def _build(self) -> None:
        source = mid_sentence(self._desk.vault.name)
        body, column = sheet_page(L)
        words = _TO_FILE.format(source=source) if self._to_file else _TO_KEYCHAIN
        self._before: list[QWidget] = [
            Text(words, role="text-2", wrap=True),
            Text(_SAFE, role="text-2", wrap=True),
        ]
        if self._to_file:
            hint = Text(FORGOTTEN, type=Type.SMALL, role="text-2", wrap=True)
            self._before += [self._passphrase, hint]
        for part in (*self._before, self._state, self._bar, self._problem):
            column.addWidget(part)
        self._state.hide()
        self._bar.hide()
        self.set_body(body)
        self._cancel.clicked.connect(self.dismiss)
        self._go.clicked.connect(self._pressed)
        self.add_right(self._cancel)
        self.add_right(self._go)
        self.set_default(self._go)
        self.set_initial_focus(self._passphrase if self._to_file else self._go)

    def _pressed(self) -> None:
        passphrase = self._passphrase.take() if self._to_file else None
        if self._to_file and passphrase is None:
            return
        storage = self._desk.services.storage

        def work(job: Job) -> Moved:
            return _move(storage, passphrase, job)

        self._go.setEnabled(False)
        self._problem.clear()
        self._say("Copying…")
        self._bar.setRange(0, 0)
        self._bar.show()
        # Owned by what outlives the sheet: the window has to learn of the move in any case.
        self._desk.over_network(
            self._desk.vault,
            work,
            self._moved,
            self._failed,
            report=self._progress,
            must_finish=True,
        )

    def _progress(self, news: object) -> None:
        if isinstance(news, _Progress) and isValid(self):
            self._bar.setRange(0, news.in_all)
            self._bar.setValue(news.done)

    def _moved(self, moved: Moved) -> None:
        self._desk.vault.probe()
        self._desk.library.reload()
        outcome = _outcome(moved, mid_sentence(self._desk.services.storage.name))
        if not isValid(self):
            self._desk.window.show_status(outcome)
            return
        for part in (*self._before, self._bar, self._go):
            part.hide()
        self._say(outcome)
        self._cancel.setText("Done")
        self._cancel.setFocus()

    def _failed(self, diagnosis: Diagnosis) -> None:
        if not isValid(self):
            self._desk.window.show_problem(diagnosis)
            return
        self._bar.hide()
        self._state.hide()
        self._go.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)
        if diagnosis.kind is not ProblemKind.KEYCHAIN_LOCKED:
            self._desk.vault.probe()

    def _say(self, text: str) -> None:
        self._state.setText(text)
        self._state.show()
        announce(self, text)


def _move(storage: Storage, passphrase: Secret | None, job: Job) -> Moved:
    def report(done: int, in_all: int) -> None:
        job.report(_Progress(done, in_all))

    if passphrase is not None:
        return storage.move(VaultKind.FILE, passphrase, report)
    storage.keychain.unlock()
    return storage.move(VaultKind.KEYCHAIN, progress=report)


def _outcome(moved: Moved, name: str) -> str:
    kept = "1 item is" if moved.items == 1 else f"{moved.items:,} items are"
    parts = [f"{kept} in {name} now."]
    if moved.missing:
        parts.append(f"{len(moved.missing):,} were missing before, and stay so.")
    if moved.left:
        parts.append("Some could not be deleted from the old place. The next start tries again.")
    else:
        parts.append("Nothing is left in the old place.")
    return " ".join(parts)

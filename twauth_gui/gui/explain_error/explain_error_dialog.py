"""The dialog that explains what a bot printed when X refused it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.gui.apps.remedies import Doing
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.explain_error.error_fixes import app_of, fix_for
from twauth_gui.gui.explain_error.error_text_field import ErrorTextField
from twauth_gui.gui.explain_error.explanation_card import ExplanationCard
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.scroll_to import scroll_to
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job, Task
from twauth_gui.gui.theme.measure import M, S, Type
from twauth_gui.services.explain_error import (
    LIMIT_WORDS,
    Explained,
    Explanation,
    KnownAccount,
    app_with_key,
    explain_error,
    read_end,
)
from twauth_gui.xapi.error_text.plain_text import LONGEST

_WHAT = (
    "Paste what your bot printed when X refused it. It is read on this computer: nothing is sent, "
    "and nothing of it is kept."
)
_NOTHING = (
    "No refusal of X was found in this text. Paste the traceback, the log around it, or the body "
    "of X's answer."
)
_CUT = f"The text is long. Only its last {LIMIT_WORDS} were read."
_TYPING_MS = 200


class ExplainErrorDialog(Dialog):
    """A field for the text; below it the explanation, with the button that helps."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Explain an error", width=DialogWidth.W640)
        self._desk = desk
        self._job: Job | None = None
        self._cut = False
        self._shown: Explanation | None = None
        self._doing: Doing | None = None
        self._app = ""
        self._field = ErrorTextField(LONGEST)
        self._note = Text("", type=Type.SMALL, role="text-3", wrap=True)
        self._problem = ProblemLine()
        self._results = QVBoxLayout()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._explain)
        self._report = quiet_button("Copy report", "copy")
        self._close = secondary_button("Close")
        self._fix = primary_button("")
        self._build()
        self._show_nothing("")

    def _build(self) -> None:
        body, column = sheet_page(M)
        paste = secondary_button("Paste from clipboard", "clipboard-paste")
        paste.clicked.connect(lambda: self.explain_text(self._desk.clipboard.read_text()))
        choose = quiet_button("Choose a file…")
        choose.clicked.connect(self._choose_file)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(paste)
        row.addWidget(choose)
        row.addStretch(1)
        self._results.setSpacing(M)
        for widget in (Text(_WHAT, role="text-2", wrap=True), self._field):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addWidget(self._note)
        column.addLayout(self._results)
        self.set_body(body)
        self._field.textChanged.connect(self._typing.start)
        self._field.text_replaced.connect(self._replaced)
        self._field.file_dropped.connect(self.read)
        self._report.clicked.connect(self._copy_report)
        self._close.clicked.connect(self.dismiss)
        self._fix.clicked.connect(self._do)
        self.add_left(self._report)
        self.add_right(self._close)
        self.add_right(self._fix)
        self.set_initial_focus(self._field)

    # -- what is to be explained -------------------------------------------------------------------

    def explain_text(self, text: str) -> None:
        """Put a text into the field, and explain it."""
        self._field.put(text)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a log", str(self._desk.home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._file_chosen)
        dialog.open()

    def _file_chosen(self, name: str) -> None:
        self.read(Path(name))

    def read(self, path: Path) -> None:
        """Put the end of a file into the field."""
        task = Task(lambda _job: _read(path), self._take_file, self._problem.show_diagnosis)
        self._desk.tasks.network(self, task)  # a file of a network's drive may take its time

    def _take_file(self, found: tuple[str, bool]) -> None:
        text, cut = found
        self._field.put(text)
        self._replaced(cut)

    def _replaced(self, cut: bool) -> None:  # noqa: FBT001 - a slot
        self._typing.stop()
        self._cut, self._app = cut, ""
        self._explain()

    # -- explaining --------------------------------------------------------------------------------

    def _explain(self) -> None:
        self._problem.clear()
        if self._job is not None:
            self._job.cancel.cancel()
        text = self._field.toPlainText()
        if not text.strip():
            self._show_nothing("")
            return
        known, now, cut, label = _known(self._desk), self._desk.now(), self._cut, self._app
        app = app_of(self._desk, label)
        callback = app.callback if app else ""

        def work(_job: Job) -> Explained:
            data = text.encode("utf-8", "surrogatepass")
            return explain_error(data, known, now, app=label, callback=callback, cut=cut)

        # Not on the lane of the keychain: that may wait for one that does not answer.
        self._job = self._desk.tasks.network(
            self, Task(work, self._show, self._problem.show_diagnosis)
        )

    def _recognise_app(self, explained: Explained) -> None:
        """Look whose API key stands in the text, where that can be told without asking."""
        if not explained.key_marks or self._app or self._desk.vault.locked:
            return
        kit = self._desk.services

        def done(label: str) -> None:
            if label:
                self._app = label
                self._explain()

        task = Task(lambda _job: app_with_key(kit, explained.key_marks), done, _nothing)
        self._desk.tasks.store(self, task)

    # -- showing -----------------------------------------------------------------------------------

    def _show(self, explained: Explained) -> None:
        if not explained.explanations:
            self._show_nothing(_NOTHING)
            return
        self._note.setText(_CUT)
        self._note.setVisible(explained.cut)
        self._show_card(explained.explanations[0], explained.explanations[1:])
        self._recognise_app(explained)

    def _show_card(self, first: Explanation, others: Sequence[Explanation]) -> None:
        self._empty()
        card = ExplanationCard(first, others)
        card.account_wanted.connect(self._show_account)
        self._results.addWidget(card)
        self._field.make_room(result=True)
        self._shown = first
        self._doing = fix_for(self._desk, first)
        self._offer(self._doing)
        self._report.show()
        announce(self, first.diagnosis.sentence())
        scroll_to(card)

    def _show_nothing(self, words: str) -> None:
        self._empty()
        self._field.make_room(result=False)
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self._shown, self._doing = None, None
        self._offer(None)
        self._report.hide()
        if words:
            announce(self, words)

    def _offer(self, doing: Doing | None) -> None:
        self._fix.setText(doing.text if doing else "")
        self._fix.setVisible(doing is not None)
        self.set_default(self._fix if doing else self._close)

    def _empty(self) -> None:
        while (item := self._results.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    # -- doing -------------------------------------------------------------------------------------

    def _do(self) -> None:
        if (doing := self._doing) is None:
            return
        if doing.leaves:
            self.close_sheet()
        _ = doing.action()

    def _show_account(self, account_id: str) -> None:
        self.close_sheet()
        self._desk.window.select_account(AccountId(account_id))

    def _copy_report(self) -> None:
        if self._shown is not None:
            found = self._shown.diagnosis
            self._desk.clipboard.put_plain(f"{found.sentence()}\n{found.evidence.report()}")
            self._note.setText("Copied. It holds no credential")
            self._note.show()


def _known(desk: AppContext) -> list[KnownAccount]:
    snapshot = desk.library.snapshot
    return [
        KnownAccount(
            one.id,
            one.handle,
            one.user_id,
            snapshot.label_of(one.app_id),
            one.health.state.value,
        )
        for one in snapshot.accounts.values()
    ]


def _read(path: Path) -> tuple[str, bool]:
    try:
        with path.open("rb") as stream:
            data, cut = read_end(stream)
    except OSError as error:
        why = f"{path.name} is a folder, or it may not be read. Choose a text file."
        raise DiagnosedError(
            Diagnosis(ProblemKind.UNKNOWN, "The file was not read.", why)
        ) from error
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").replace("\0", " "), cut


def _nothing(_diagnosis: Diagnosis) -> None:
    """An app that is not recognised costs a name, no explanation."""

"""The dialog that explains an error a bot has printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import START_SANDBOX_TEXT, RemedyAction
from twauth_gui.gui.parts.accessibility import announce, scroll_into_view
from twauth_gui.gui.parts.buttons import LinkButton, primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import REMEDY_PAGES, DiagnosisView, ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import TextField
from twauth_gui.gui.parts.surfaces import Card, clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job, Task
from twauth_gui.gui.theme.metrics import XS, L, M, S, TextStyle, line_height, text_font
from twauth_gui.services.explain_error import (
    LIMIT_WORDS,
    ErrorExplanations,
    Explanation,
    KnownAccount,
    explain_error,
    find_app_by_key_prefix,
    read_tail,
)
from twauth_gui.xapi.error_text.plain_text import MAX_INPUT_BYTES

_LINES, _LINES_BESIDE_RESULT = 8, 4
_EDGES = 24
_EXAMPLES = """A traceback, a log, JSON or a page. You can also drop a file here.

tweepy.errors.Forbidden: 403 Forbidden …
{"errors":[{"code":187,"message":"…"}]}
ApiResponseError: Request failed with code 403 …"""


class ErrorTextField(TextField):
    """Keeps at most max_length characters, of a longer text the end: there a log says what failed.

    Signals:
        file_dropped: a file was dropped or pasted; carries its path.
        text_replaced: the whole text was replaced; carries whether its beginning was cut off.
    """

    file_dropped = Signal(Path)
    text_replaced = Signal(bool)

    def __init__(self, max_length: int) -> None:
        super().__init__(_EXAMPLES)
        self._max_length = max_length
        self.setAccessibleName("What the bot printed")
        # As terminals do. Wrapping at words takes Qt seconds for one line of 256 KB.
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._lines = _LINES
        self._update_look()

    def make_room(self, *, result: bool) -> None:
        """Show fewer lines while there is a result below."""
        self._lines = _LINES_BESIDE_RESULT if result else _LINES
        self._update_look()

    def replace_text(self, text: str) -> None:
        """Replace everything by this text, or by its end, and scroll to the end."""
        cut = len(text) > self._max_length
        self.setPlainText(text[-self._max_length :])
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.text_replaced.emit(cut)

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationFontChange:
            self._update_look()

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.ensureCursorVisible()

    def _update_look(self) -> None:
        font = text_font(TextStyle.MONO)
        if font != self.font():
            self.setFont(font)
        self.setFixedHeight(self._lines * line_height(TextStyle.MONO) + _EDGES)

    @override
    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:
        return source.hasUrls() or source.hasText()

    @override
    def insertFromMimeData(self, source: QMimeData, /) -> None:
        """Insert what was pasted or dropped: Qt sends both here."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        text = source.text()
        if files:
            self.file_dropped.emit(Path(files[0]))
        elif len(text) + len(self.toPlainText()) > self._max_length:
            self.replace_text(text)
        else:
            super().insertFromMimeData(source)


def find_app(context: AppContext, label: str) -> App | None:
    """Return the app with this label; without a label the only app, if there is just one."""
    apps = list(context.snapshots.current.apps.values())
    if not label:
        return apps[0] if len(apps) == 1 else None
    return next((app for app in apps if app.label == label), None)


def find_fix(context: AppContext, explanation: Explanation) -> RemedyAction | None:
    """Return the action for an explanation; None if the window can do nothing."""
    remedy = explanation.diagnosis.remedy
    if remedy in REMEDY_PAGES:
        words, address = REMEDY_PAGES[remedy]
        return RemedyAction(words, partial(context.window.open_address, address))
    if explanation.diagnosis.kind is ProblemKind.BOT_WITHOUT_KEYS:
        return _export_fix(context, explanation)
    if remedy in {Remedy.SIGN_IN_AGAIN, Remedy.SIGN_IN_OAUTH2, Remedy.START_AGAIN, Remedy.USE_PIN}:
        return _sign_in_fix(context, explanation)
    return _app_fix(context, explanation)


def _find_account_id(context: AppContext, explanation: Explanation) -> AccountId | None:
    """Return the recognised account; if none was, the only one there is."""
    accounts = context.snapshots.current.accounts
    if explanation.account is not None:
        known = AccountId(explanation.account.id)
        return known if known in accounts else None
    return next(iter(accounts)) if len(accounts) == 1 else None


def _sign_in_fix(context: AppContext, explanation: Explanation) -> RemedyAction | None:
    account_id = _find_account_id(context, explanation)
    if account_id is not None:
        handle = context.snapshots.current.accounts[account_id].at_handle
        wants_tokens = explanation.diagnosis.remedy is Remedy.SIGN_IN_OAUTH2
        kind = CredentialKind.OAUTH2 if wants_tokens else None
        sign_in = partial(context.window.sign_in_again, account_id, kind)
        return RemedyAction(f"Sign in {handle} again", sign_in, closes_dialog=True)
    app = find_app(context, explanation.app)
    add = partial(context.window.add_account, app.id if app else None)
    return (
        RemedyAction("Sign in", add, closes_dialog=True) if context.snapshots.current.apps else None
    )


def _export_fix(context: AppContext, explanation: Explanation) -> RemedyAction | None:
    account_id = _find_account_id(context, explanation)
    if account_id is None:
        return None
    handle = context.snapshots.current.accounts[account_id].at_handle
    return RemedyAction(
        f"Export {handle}…", partial(context.window.open_export, [account_id]), closes_dialog=True
    )


def _app_fix(context: AppContext, explanation: Explanation) -> RemedyAction | None:
    remedy, app = explanation.diagnosis.remedy, find_app(context, explanation.app)
    if remedy is Remedy.START_SANDBOX:
        return RemedyAction(START_SANDBOX_TEXT, context.window.open_sandbox, closes_dialog=True)
    if app is None:
        return None
    if remedy is Remedy.EDIT_KEYS:
        edit = partial(context.window.edit_app, app.id)
        return RemedyAction(f"Change the keys of {app.label}", edit, closes_dialog=True)
    if remedy is Remedy.COPY_CALLBACK:
        return RemedyAction(
            "Copy callback address", partial(context.clipboard.copy_plain, app.callback)
        )
    return None


class ExplanationCard(Card):
    """The first explanation in full, and a line for each of the others.

    Signals:
        account_requested: show this account; carries its id.
    """

    account_requested = Signal(str)

    def __init__(self, first: Explanation, others: Sequence[Explanation]) -> None:
        super().__init__()
        self.setAccessibleName("Explanation")
        self.add_row(self._build_first(first))
        if others:
            self.add_row(_others_part(others))

    def _build_first(self, one: Explanation) -> QWidget:
        row, column = _row_layout()
        column.addWidget(DiagnosisView(one.diagnosis, with_title=True))
        details = QVBoxLayout()
        details.setSpacing(XS)
        for text in _details(one):
            details.addWidget(Text(text, style=TextStyle.SMALL, role="text-3", wrap=True))
        column.addLayout(details)
        if one.account is not None:
            account = one.account
            link = LinkButton(f"Show {account.at_handle}")
            link.clicked.connect(lambda: self.account_requested.emit(account.id))
            column.addWidget(link)
        return row


def _details(one: Explanation) -> Iterator[str]:
    yield from one.hints
    if one.account is not None:
        yield f"About {one.account.at_handle} under {one.account.app}"
    elif one.app:
        yield f"About the app {one.app}"
    if one.x_message:
        yield f"X said: {one.x_message}"
    if one.details:
        yield f"Understood: {one.details}"


def _others_part(others: Sequence[Explanation]) -> QWidget:
    row, column = _row_layout(XS)
    column.addWidget(Text("Also in the text", style=TextStyle.SMALL, strong=True, heading=True))
    for one in others:
        details = f" ({one.details})" if one.details else ""
        text = f"{one.diagnosis.title.rstrip('.')}{details}"
        column.addWidget(Text(text, style=TextStyle.SMALL, role="text-2", wrap=True))
    return row


def _row_layout(spacing: int = S) -> tuple[QWidget, QVBoxLayout]:
    row = QWidget()
    column = QVBoxLayout(row)
    column.setContentsMargins(L, M, L, M)
    column.setSpacing(spacing)
    return row, column


_INTRO_TEXT = (
    "Paste what your bot printed when X refused it. It is read on this computer: nothing is sent, "
    "and nothing of it is kept."
)
_NOTHING_FOUND = (
    "No refusal of X was found in this text. Paste the traceback, the log around it, or the body "
    "of X's response."
)
_CUT_TEXT = f"The text is long. Only its last {LIMIT_WORDS} were read."
_TYPING_MS = 200


class ExplainErrorDialog(Dialog):
    """A field for the text; below it the explanation, with the button that fixes the problem."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Explain an error", width=DialogWidth.W640)
        self._context = context
        self._job: Job | None = None
        self._cut = False
        self._shown: Explanation | None = None
        self._action: RemedyAction | None = None
        self._app = ""
        self._field = ErrorTextField(MAX_INPUT_BYTES)
        self._note = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        self._problem = ProblemBanner()
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
        body, column = make_dialog_body(M)
        paste = secondary_button("Paste from clipboard", "clipboard-paste")
        paste.clicked.connect(lambda: self.explain_text(self._context.clipboard.read_text()))
        choose = quiet_button("Choose a file…")
        choose.clicked.connect(self._choose_file)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(paste)
        row.addWidget(choose)
        row.addStretch(1)
        self._results.setSpacing(M)
        for widget in (Text(_INTRO_TEXT, role="text-2", wrap=True), self._field):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addWidget(self._note)
        column.addLayout(self._results)
        self.set_body(body)
        self._field.textChanged.connect(self._typing.start)
        self._field.text_replaced.connect(self._explain_new_text)
        self._field.file_dropped.connect(self.read_file)
        self._report.clicked.connect(self._copy_report)
        self._close.clicked.connect(self.dismiss)
        self._fix.clicked.connect(self._run_fix)
        self.add_left(self._report)
        self.add_right(self._close)
        self.add_right(self._fix)
        self.set_initial_focus(self._field)

    # -- input -------------------------------------------------------------------------------------

    def explain_text(self, text: str) -> None:
        """Explain this text."""
        self._field.replace_text(text)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a log", str(self._context.home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read_chosen_file)
        dialog.open()

    def _read_chosen_file(self, name: str) -> None:
        self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Explain the end of this file."""
        task = Task(
            lambda _job: _read_end_of_file(path), self._show_file, self._problem.show_diagnosis
        )
        # Not on the store's worker: a file on a network drive may take its time.
        self._context.tasks.run_over_network(self, task)

    def _show_file(self, end_of_file: tuple[str, bool]) -> None:
        text, cut = end_of_file
        self._field.replace_text(text)
        self._explain_new_text(cut)

    def _explain_new_text(self, cut: bool) -> None:  # noqa: FBT001 - a slot
        self._typing.stop()
        self._cut, self._app = cut, ""
        self._explain()

    # -- explanation -------------------------------------------------------------------------------

    def _explain(self) -> None:
        self._problem.clear()
        if self._job is not None:
            self._job.cancel.cancel()
        text = self._field.toPlainText()
        if not text.strip():
            self._show_nothing("")
            return
        known, now = _known_accounts(self._context), self._context.now()
        cut, label = self._cut, self._app
        app = find_app(self._context, label)
        callback = app.callback if app else ""

        def work(_job: Job) -> ErrorExplanations:
            data = text.encode("utf-8", "surrogatepass")
            return explain_error(data, known, now, app=label, callback=callback, cut=cut)

        # Not on the store's worker: that may wait for a keychain that does not answer.
        self._job = self._context.tasks.run_over_network(
            self, Task(work, self._show_explanations, self._problem.show_diagnosis)
        )

    def _recognise_app(self, result: ErrorExplanations) -> None:
        """Find the app whose API key is in the text, unless the vault is locked."""
        if not result.key_prefixes or self._app or self._context.vault.is_locked:
            return
        services = self._context.services

        def done(label: str) -> None:
            if label:
                self._app = label
                self._explain()

        task = Task(
            lambda _job: find_app_by_key_prefix(services, result.key_prefixes),
            done,
            lambda _diagnosis: None,  # the explanation does without the app's name
        )
        self._context.tasks.run_in_store(self, task)

    # -- result ------------------------------------------------------------------------------------

    def _show_explanations(self, result: ErrorExplanations) -> None:
        if not result.explanations:
            self._show_nothing(_NOTHING_FOUND)
            return
        self._note.setText(_CUT_TEXT)
        self._note.setVisible(result.is_truncated)
        self._show_card(result.explanations[0], result.explanations[1:])
        self._recognise_app(result)

    def _show_card(self, first: Explanation, others: Sequence[Explanation]) -> None:
        clear_layout(self._results)
        card = ExplanationCard(first, others)
        card.account_requested.connect(self._show_account)
        self._results.addWidget(card)
        self._field.make_room(result=True)
        self._shown = first
        self._action = find_fix(self._context, first)
        self._show_fix(self._action)
        self._report.show()
        announce(self, first.diagnosis.to_sentence())
        scroll_into_view(card)

    def _show_nothing(self, note: str) -> None:
        clear_layout(self._results)
        self._field.make_room(result=False)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._shown, self._action = None, None
        self._show_fix(None)
        self._report.hide()
        if note:
            announce(self, note)

    def _show_fix(self, action: RemedyAction | None) -> None:
        self._fix.setText(action.text if action else "")
        self._fix.setVisible(action is not None)
        self.set_default(self._fix if action else self._close)

    # -- actions -----------------------------------------------------------------------------------

    def _run_fix(self) -> None:
        if (action := self._action) is None:
            return
        if action.closes_dialog:
            self.close_dialog()
        _ = action.run()

    def _show_account(self, account_id: str) -> None:
        self.close_dialog()
        self._context.window.select_account(AccountId(account_id))

    def _copy_report(self) -> None:
        if self._shown is not None:
            diagnosis = self._shown.diagnosis
            self._context.clipboard.copy_plain(
                f"{diagnosis.to_sentence()}\n{diagnosis.evidence.format_report()}"
            )
            self._note.setText("Copied. It contains no credentials")
            self._note.show()


def _known_accounts(context: AppContext) -> list[KnownAccount]:
    snapshot = context.snapshots.current
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


def _read_end_of_file(path: Path) -> tuple[str, bool]:
    try:
        with path.open("rb") as stream:
            data, cut = read_tail(stream)
    except OSError as error:
        advice = f"{path.name} is a folder, or you may not read it. Choose a text file."
        raise DiagnosedError(
            Diagnosis(ProblemKind.UNKNOWN, "The file was not read.", advice)
        ) from error
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").replace("\0", " "), cut

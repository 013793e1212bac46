"""The dialog that explains what a bot printed when X refused it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind, Remedy
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import RemedyAction
from twauth_gui.gui.explain_error.error_text_field import ErrorTextField
from twauth_gui.gui.parts.accessibility import announce, scroll_into_view
from twauth_gui.gui.parts.buttons import LinkButton, primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import REMEDY_PAGES, DiagnosisView, ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job, Task
from twauth_gui.gui.theme.metrics import XS, L, M, S, TextStyle
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


def find_app(context: AppContext, label: str) -> App | None:
    """Return the app of this label; where none is named, the one app that is kept."""
    apps = list(context.snapshots.current.apps.values())
    if not label:
        return apps[0] if len(apps) == 1 else None
    return next((app for app in apps if app.label == label), None)


def find_fix(context: AppContext, explanation: Explanation) -> RemedyAction | None:
    """Return the button for an explanation; None where nothing here helps."""
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
    """Return the account that is meant: the recognised one, or the only one there is."""
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
        return RemedyAction("Start the pretend X", context.window.open_sandbox, closes_dialog=True)
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
    """The first explanation in full, the others with a line each.

    Signals:
        account_wanted: show this account; carries its id.
    """

    account_wanted = Signal(str)

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
        for words in _details_part(one):
            details.addWidget(Text(words, style=TextStyle.SMALL, role="text-3", wrap=True))
        column.addLayout(details)
        if one.account is not None:
            account = one.account
            link = LinkButton(f"Show {account.at_handle}")
            link.clicked.connect(lambda: self.account_wanted.emit(account.id))
            column.addWidget(link)
        return row


def _details_part(one: Explanation) -> Iterator[str]:
    yield from one.hints
    if one.account is not None:
        yield f"About {one.account.at_handle} under {one.account.app}"
    elif one.app:
        yield f"About the app {one.app}"
    if one.x_message:
        yield f"X said: {one.x_message}"
    if one.facts:
        yield f"Understood: {one.facts}"


def _others_part(others: Sequence[Explanation]) -> QWidget:
    row, column = _row_layout(XS)
    column.addWidget(Text("Also in the text", style=TextStyle.SMALL, strong=True))
    for one in others:
        facts = f" ({one.facts})" if one.facts else ""
        words = f"{one.diagnosis.title.rstrip('.')}{facts}"
        column.addWidget(Text(words, style=TextStyle.SMALL, role="text-2", wrap=True))
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
    "of X's answer."
)
_CUT_TEXT = f"The text is long. Only its last {LIMIT_WORDS} were read."
_TYPING_MS = 200


class ExplainErrorDialog(Dialog):
    """A field for the text; below it the explanation, with the button that helps."""

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

    # -- what is to be explained -------------------------------------------------------------------

    def explain_text(self, text: str) -> None:
        """Put a text into the field, and explain it."""
        self._field.replace_text(text)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a log", str(self._context.home))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read_chosen_file)
        dialog.open()

    def _read_chosen_file(self, name: str) -> None:
        self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Put the end of a file into the field."""
        task = Task(
            lambda _job: _read_end_of_file(path), self._show_file, self._problem.show_diagnosis
        )
        self._context.tasks.run_over_network(
            self, task
        )  # a file of a network's drive may take its time

    def _show_file(self, found: tuple[str, bool]) -> None:
        text, cut = found
        self._field.replace_text(text)
        self._explain_new_text(cut)

    def _explain_new_text(self, cut: bool) -> None:  # noqa: FBT001 - a slot
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
        known, now, cut, label = (
            _known_accounts(self._context),
            self._context.now(),
            self._cut,
            self._app,
        )
        app = find_app(self._context, label)
        callback = app.callback if app else ""

        def work(_job: Job) -> ErrorExplanations:
            data = text.encode("utf-8", "surrogatepass")
            return explain_error(data, known, now, app=label, callback=callback, cut=cut)

        # Not on the lane of the keychain: that may wait for one that does not answer.
        self._job = self._context.tasks.run_over_network(
            self, Task(work, self._show_explanations, self._problem.show_diagnosis)
        )

    def _recognise_app(self, explained: ErrorExplanations) -> None:
        """Look whose API key stands in the text, where that can be told without asking."""
        if not explained.key_prefixes or self._app or self._context.vault.is_locked:
            return
        services = self._context.services

        def done(label: str) -> None:
            if label:
                self._app = label
                self._explain()

        task = Task(
            lambda _job: find_app_by_key_prefix(services, explained.key_prefixes),
            done,
            _ignore_failure,
        )
        self._context.tasks.run_in_store(self, task)

    # -- showing -----------------------------------------------------------------------------------

    def _show_explanations(self, explained: ErrorExplanations) -> None:
        if not explained.explanations:
            self._show_nothing(_NOTHING_FOUND)
            return
        self._note.setText(_CUT_TEXT)
        self._note.setVisible(explained.is_truncated)
        self._show_card(explained.explanations[0], explained.explanations[1:])
        self._recognise_app(explained)

    def _show_card(self, first: Explanation, others: Sequence[Explanation]) -> None:
        self._clear_results()
        card = ExplanationCard(first, others)
        card.account_wanted.connect(self._show_account)
        self._results.addWidget(card)
        self._field.make_room(result=True)
        self._shown = first
        self._action = find_fix(self._context, first)
        self._show_fix(self._action)
        self._report.show()
        announce(self, first.diagnosis.to_sentence())
        scroll_into_view(card)

    def _show_nothing(self, words: str) -> None:
        self._clear_results()
        self._field.make_room(result=False)
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self._shown, self._action = None, None
        self._show_fix(None)
        self._report.hide()
        if words:
            announce(self, words)

    def _show_fix(self, doing: RemedyAction | None) -> None:
        self._fix.setText(doing.text if doing else "")
        self._fix.setVisible(doing is not None)
        self.set_default(self._fix if doing else self._close)

    def _clear_results(self) -> None:
        while (item := self._results.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    # -- doing -------------------------------------------------------------------------------------

    def _run_fix(self) -> None:
        if (doing := self._action) is None:
            return
        if doing.closes_dialog:
            self.close_dialog()
        _ = doing.run()

    def _show_account(self, account_id: str) -> None:
        self.close_dialog()
        self._context.window.select_account(AccountId(account_id))

    def _copy_report(self) -> None:
        if self._shown is not None:
            found = self._shown.diagnosis
            self._context.clipboard.copy_plain(
                f"{found.to_sentence()}\n{found.evidence.format_report()}"
            )
            self._note.setText("Copied. It holds no credential")
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
        why = f"{path.name} is a folder, or it may not be read. Choose a text file."
        raise DiagnosedError(
            Diagnosis(ProblemKind.UNKNOWN, "The file was not read.", why)
        ) from error
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").replace("\0", " "), cut


def _ignore_failure(_diagnosis: Diagnosis) -> None:
    """An app that is not recognised costs a name, no explanation."""

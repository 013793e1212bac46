"""The dialog that checks an app before its first sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppCheckFinding, AppId, CheckOutcome
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import AppRemedies, RemedyAction
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.surfaces import Card, clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.apps import AppDraft

Findings = tuple[AppCheckFinding, ...]

_OUTCOME_MARKS = {
    CheckOutcome.OK: (Severity.OK, "OK"),
    CheckOutcome.WARN: (Severity.ATTENTION, "Warning"),
    CheckOutcome.FAIL: (Severity.BROKEN, "Problem"),
}
_NOTHING_STAYS = "Nothing is left at X: what was requested expires by itself."


def open_app_check(context: AppContext, app_id: AppId) -> None:
    """Check a saved app."""

    def work(job: Job) -> Findings:
        from twauth_gui.services.app_check import check_saved_app  # noqa: PLC0415 - loads tweepy

        return check_saved_app(
            context.services.store, context.services.x_clients, app_id, job.cancel
        )

    label = context.snapshots.current.label_of(app_id)
    context.dialogs.open(AppCheckDialog(context, label, work, app_id))


def open_draft_check(context: AppContext, draft: AppDraft) -> None:
    """Check an app that is not saved yet."""

    def work(job: Job) -> Findings:
        from twauth_gui.services.app_check import check_app_draft  # noqa: PLC0415 - loads tweepy

        return check_app_draft(context.services.x_clients, draft, job.cancel)

    context.dialogs.open(AppCheckDialog(context, draft.label or "this app", work, None))


class AppCheckDialog(Dialog):
    """One row for each finding, with the button that fixes it."""

    def __init__(
        self, context: AppContext, label: str, work: Callable[[Job], Findings], app_id: AppId | None
    ) -> None:
        super().__init__(f"Check {label}", width=DialogWidth.W640)
        self._context = context
        self._work = work
        self._remedies = AppRemedies(context, app_id, self._check_app)
        self._verdict = Text("", style=TextStyle.TITLE, strong=True, wrap=True)
        self._note = Text(_NOTHING_STAYS, style=TextStyle.SMALL, role="text-3", wrap=True)
        self._problem = ProblemBanner()
        self._list = Card()
        self._again = secondary_button("Check again", "rotate-cw")
        self._had_focus = False
        self._again.clicked.connect(self._check_app)
        self._build()
        self._check_app()

    def _build(self) -> None:
        body, column = make_dialog_body()
        for part in (self._verdict, self._problem, self._list, self._note):
            column.addWidget(part)
        self.set_body(body)
        close = primary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(self._again)
        self.add_right(close)
        self.set_default(close)
        self.set_initial_focus(close)

    def _check_app(self) -> None:
        self._verdict.setText("Asking X")
        self._problem.clear()
        self._had_focus = self._again.hasFocus()
        self._again.setEnabled(False)
        self._list.hide()
        self._note.hide()
        self._context.run_over_network(self, self._work, self._show_findings, self._show_failure)

    def _offer_again(self) -> None:
        self._again.setEnabled(True)
        if self._had_focus:
            self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_findings(self, findings: Findings) -> None:
        self._offer_again()
        clear_layout(self._list.body)
        for finding in findings:
            self._list.add_row(self._build_row(finding))
        self._list.show()
        self._note.show()
        verdict = _verdict_text(findings)
        self._verdict.setText(verdict)
        announce(self._verdict, verdict)

    def _build_row(self, finding: AppCheckFinding) -> QWidget:
        diagnosis = finding.diagnosis
        button = None
        if diagnosis is not None and (
            action := self._remedies.find_action(diagnosis, finding.callback)
        ):
            button = secondary_button(action.text, size=ButtonSize.SMALL)
            button.clicked.connect(partial(self._run_action, action))
        return _finding_row(finding, button)

    def _run_action(self, action: RemedyAction) -> None:
        if action.closes_dialog:
            self.close_dialog()
        _ = action.run()

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._offer_again()
        self._verdict.setText("The check could not start")
        self._problem.show_diagnosis(diagnosis)
        _ = offer_unlock(self._context, diagnosis, self._again.click)


def _verdict_text(findings: Findings) -> str:
    outcomes = {finding.outcome for finding in findings}
    if CheckOutcome.FAIL in outcomes:
        return "Something prevents a sign-in"
    if CheckOutcome.WARN in outcomes:
        return "Accounts can sign in. One thing is worth a look"
    return "Accounts can sign in"


def _finding_row(finding: AppCheckFinding, button: QWidget | None) -> QWidget:
    severity, word = _OUTCOME_MARKS[finding.outcome]
    holder = QWidget()
    holder.setAccessibleName(f"{finding.check.label}: {word}. {finding.title}")
    texts = QVBoxLayout()
    texts.setSpacing(2)
    callback = f" · {finding.callback}" if finding.callback else ""
    texts.addWidget(
        Text(f"{finding.check.label}{callback}", style=TextStyle.SMALL, role="text-2", wrap=True)
    )
    texts.addWidget(Text(finding.title.rstrip("."), strong=True, wrap=True))
    if finding.diagnosis is not None:
        texts.addWidget(Text(finding.diagnosis.advice, role="text-2", wrap=True))
        for cause in finding.diagnosis.causes:
            texts.addWidget(Text(f"·  {cause}", style=TextStyle.SMALL, role="text-2", wrap=True))
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 10, 12, 12)
    row.setSpacing(12)
    row.addWidget(HealthMark(severity, 16), alignment=Qt.AlignmentFlag.AlignTop)
    row.addLayout(texts, 1)
    if button is not None:
        row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
    return holder

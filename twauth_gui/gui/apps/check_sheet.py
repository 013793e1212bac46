"""The sheet that looks at an app before its first sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.findings import AppCheckFinding, CheckOutcome
from twauth_gui.domain.health import Severity
from twauth_gui.gui.apps.remedies import Doing, Remedies
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, secondary_button
from twauth_gui.gui.parts.health_mark import HealthMark
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.services.apps import AppDraft

Findings = tuple[AppCheckFinding, ...]

_MARKS = {
    CheckOutcome.OK: (Severity.OK, "In order"),
    CheckOutcome.WARN: (Severity.ATTENTION, "Works, but"),
    CheckOutcome.FAIL: (Severity.BROKEN, "In the way"),
}
_STAYS = "Nothing is left at X: what was requested expires by itself."


def open_app_check(desk: AppContext, app_id: AppId) -> None:
    """Look at an app that is kept."""

    def work(job: Job) -> Findings:
        from twauth_gui.services.app_check import check_kept  # noqa: PLC0415 - loads tweepy

        return check_kept(desk.services.store, desk.services.x_clients, app_id, job.cancel)

    label = desk.library.snapshot.label_of(app_id)
    desk.sheets.open(CheckSheet(desk, label, work, app_id))


def open_draft_check(desk: AppContext, draft: AppDraft) -> None:
    """Look at an app that is being written, without keeping it."""

    def work(job: Job) -> Findings:
        from twauth_gui.services.app_check import check_draft  # noqa: PLC0415 - loads tweepy

        return check_draft(desk.services.x_clients, draft, job.cancel)

    desk.sheets.open(CheckSheet(desk, draft.label or "this app", work, None))


class CheckSheet(Dialog):
    """One line for each thing that was looked at, with the button that mends it."""

    def __init__(
        self, desk: AppContext, label: str, work: Callable[[Job], Findings], app_id: AppId | None
    ) -> None:
        super().__init__(f"Check {label}", width=DialogWidth.W640)
        self._desk = desk
        self._work = work
        self._remedies = Remedies(desk, app_id, self._check)
        self._verdict = Text("", type=Type.TITLE, strong=True, wrap=True)
        self._stays = Text(_STAYS, type=Type.SMALL, role="text-3", wrap=True)
        self._problem = ProblemLine()
        self._list = Card()
        self._again = secondary_button("Check again", "rotate-cw")
        self._had_focus = False
        self._again.clicked.connect(self._check)
        self._build()
        self._check()

    def _build(self) -> None:
        body, column = sheet_page()
        for part in (self._verdict, self._problem, self._list, self._stays):
            column.addWidget(part)
        self.set_body(body)
        close = primary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(self._again)
        self.add_right(close)
        self.set_default(close)
        self.set_initial_focus(close)

    def _check(self) -> None:
        self._verdict.setText("Asking X")
        self._problem.clear()
        self._had_focus = self._again.hasFocus()
        self._again.setEnabled(False)
        self._list.hide()
        self._stays.hide()
        self._desk.over_network(self, self._work, self._show, self._failed)

    def _offer_again(self) -> None:
        self._again.setEnabled(True)
        if self._had_focus:
            self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, findings: Findings) -> None:
        self._offer_again()
        _emptied(self._list)
        for finding in findings:
            self._list.add_row(self._row(finding))
        self._list.show()
        self._stays.show()
        words = _verdict(findings)
        self._verdict.setText(words)
        announce(self._verdict, words)

    def _row(self, finding: AppCheckFinding) -> QWidget:
        found = finding.diagnosis
        doing = None if found is None else self._remedies.doing(found, finding.callback)
        return _row(finding, doing, partial(self._do, doing) if doing is not None else None)

    def _do(self, doing: Doing) -> None:
        if doing.leaves:
            self.close_sheet()
        _ = doing.action()

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._offer_again()
        self._verdict.setText("The check did not begin")
        self._problem.show_diagnosis(diagnosis)
        _ = offers_unlock(self._desk, diagnosis, self._again.click)


def _verdict(findings: Findings) -> str:
    outcomes = {finding.outcome for finding in findings}
    if CheckOutcome.FAIL in outcomes:
        return "Something is in the way of a sign-in"
    if CheckOutcome.WARN in outcomes:
        return "Accounts can sign in. One thing is worth a look"
    return "Accounts can sign in"


def _row(
    finding: AppCheckFinding, doing: Doing | None, pressed: Callable[[], None] | None
) -> QWidget:
    severity, word = _MARKS[finding.outcome]
    holder = QWidget()
    holder.setAccessibleName(f"{finding.check.words}: {word}. {finding.title}")
    texts = QVBoxLayout()
    texts.setSpacing(2)
    about = f" · {finding.callback}" if finding.callback else ""
    texts.addWidget(
        Text(f"{finding.check.words}{about}", type=Type.SMALL, role="text-2", wrap=True)
    )
    texts.addWidget(Text(finding.title.rstrip("."), strong=True, wrap=True))
    if finding.diagnosis is not None:
        texts.addWidget(Text(finding.diagnosis.advice, role="text-2", wrap=True))
        for cause in finding.diagnosis.causes:
            texts.addWidget(Text(f"·  {cause}", type=Type.SMALL, role="text-2", wrap=True))
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 10, 12, 12)
    row.setSpacing(12)
    row.addWidget(HealthMark(severity, 16), alignment=Qt.AlignmentFlag.AlignTop)
    row.addLayout(texts, 1)
    if doing is not None and pressed is not None:
        button = secondary_button(doing.text, size=ButtonSize.SMALL)
        button.clicked.connect(pressed)
        row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
    return holder


def _emptied(card: Card) -> None:
    while (item := card.body.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()

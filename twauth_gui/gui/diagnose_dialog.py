"""The dialog that shows the doctor's findings as they come."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.health import Severity
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import START_SANDBOX_TEXT, start_sandbox
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import XL, XS, XXL, L, M, TextStyle, line_height
from twauth_gui.services.doctor import Doctor, DoctorFinding, format_report


class FindingRow(QFrame):
    """One finding; a screen reader says it as one text. remedy: a button that helps."""

    def __init__(self, finding: DoctorFinding, remedy: QWidget | None = None) -> None:
        super().__init__()
        is_ok = finding.problem is None
        role = "text-2" if is_ok else "bad"
        topic = finding.topic.capitalize()
        spoken = f"{topic}: {'OK' if is_ok else 'problem'}. {finding.text}"
        texts = QVBoxLayout()
        texts.setSpacing(XS)
        texts.addWidget(Text(topic, strong=True))
        texts.addWidget(Text(finding.text, style=TextStyle.SMALL, role=role, wrap=True))
        if finding.problem is not None:
            texts.addWidget(Text(finding.problem.advice, style=TextStyle.SMALL, wrap=True))
            spoken = f"{spoken} {finding.problem.advice}"
        self.setAccessibleName(spoken)
        mark = HealthMark(Severity.OK if is_ok else Severity.BROKEN)
        mark_column = QVBoxLayout()
        mark_column.setContentsMargins(0, (line_height() - mark.height()) // 2, 0, 0)
        mark_column.addWidget(mark)
        mark_column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, M, L, M)
        row.setSpacing(M)
        row.addLayout(mark_column)
        row.addLayout(texts, 1)
        if remedy is not None:
            row.addWidget(remedy, alignment=Qt.AlignmentFlag.AlignTop)
        row.setAlignment(texts, Qt.AlignmentFlag.AlignTop)


_HEIGHT = 560
_INTRODUCTION = (
    "Twauth checks what it needs on this computer. If there is an app, it also asks X for the time,"
    " without credentials."
)


class DiagnoseDialog(Dialog):
    """Runs the doctor as soon as it opens, and again at the press of a button."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Diagnose", width=DialogWidth.W640, height=_HEIGHT)
        self._context = context
        self._findings: list[DoctorFinding] = []
        self._status = Text("")
        self._report_button = quiet_button("Copy report", "copy")
        self._report_button.clicked.connect(self._copy_report)
        self._repeat_button = secondary_button("Check again", "refresh-cw")
        self._repeat_button.clicked.connect(self._run)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self._problem = ProblemBanner()
        self._card = Card()
        self.add_left(self._report_button)
        self.add_right(self._repeat_button)
        self.add_right(done)
        self.set_default(done)
        self.set_initial_focus(done)
        self._run()

    def _run(self) -> None:
        self._findings = []
        self._status, self._card, self._problem = Text("", strong=True), Card(), ProblemBanner()
        self.set_body(_make_body(self._status, self._problem, self._card))
        self._report_button.setEnabled(False)
        self._repeat_button.setEnabled(False)
        self._status.setText("Checking…")
        services = self._context.services

        def work(job: Job) -> None:
            doctor = Doctor(
                services.paths,
                services.vaults.keychain,
                lambda: services,
                ignore,  # the window's own services stay open
                cancel=job.cancel,
            )
            for finding in doctor.run():
                job.report(finding)

        self._context.run_over_network(
            self, work, self._on_done, self._on_failed, on_report=self._on_finding
        )

    def _on_finding(self, finding: object) -> None:
        if isinstance(finding, DoctorFinding):
            self._findings.append(finding)
            self._card.add_row(FindingRow(finding, self._remedy_for(finding.hint)))

    def _remedy_for(self, hint: Diagnosis | None) -> QWidget | None:
        if hint is None or hint.remedy is not Remedy.START_SANDBOX:
            return None
        start = secondary_button(START_SANDBOX_TEXT, size=ButtonSize.SMALL)
        start.clicked.connect(lambda: start_sandbox(self._context, self, hint.address, self._run))
        return start

    def _on_done(self, _nothing: None) -> None:
        problems = [one.problem for one in self._findings if one.problem is not None]
        self._status.setText(pluralize(len(problems), "problem") if problems else "No problems")
        announce(self, self._status.text())
        self._report_button.setEnabled(True)
        self._repeat_button.setEnabled(True)
        for problem in problems:
            self._context.vault.note_problem(problem)

    def _on_failed(self, diagnosis: Diagnosis) -> None:
        self._problem.show_diagnosis(diagnosis)
        self._repeat_button.setEnabled(True)

    def _copy_report(self) -> None:
        self._context.clipboard.copy_plain(format_report(self._findings))
        self._status.setText("Copied. The report names no account and holds no secrets")


def _make_body(*parts: QWidget) -> QWidget:
    body = QWidget()
    body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    column = QVBoxLayout(body)
    column.setContentsMargins(XXL, XL, XXL, XL)
    column.setSpacing(M)
    column.addWidget(Text(_INTRODUCTION, role="text-2", wrap=True))
    for part in parts:
        column.addWidget(part)
    return body

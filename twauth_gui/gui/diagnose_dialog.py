"""The dialog that shows the findings of the doctor as they come."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
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
from twauth_gui.services.container import Services
from twauth_gui.services.doctor import Doctor, DoctorFinding, format_report


class FindingRow(QWidget):
    """Reads as one sentence to a screen reader. remedy: a button for what can be done about it."""

    def __init__(self, finding: DoctorFinding, remedy: QWidget | None = None) -> None:
        super().__init__()
        well = finding.problem is None
        topic = finding.topic.capitalize()
        said = f"{topic}: {'well' if well else 'problem'}. {finding.text}"
        words = QVBoxLayout()
        words.setSpacing(XS)
        words.addWidget(Text(topic, strong=True))
        seen = Text(
            finding.text, style=TextStyle.SMALL, role="text-2" if well else "bad", wrap=True
        )
        words.addWidget(seen)
        if finding.problem is not None:
            words.addWidget(Text(finding.problem.advice, style=TextStyle.SMALL, wrap=True))
            said = f"{said} {finding.problem.advice}"
        self.setAccessibleName(said)
        mark = HealthMark(Severity.OK if well else Severity.BROKEN)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, (line_height() - mark.height()) // 2, 0, 0)
        beside.addWidget(mark)
        beside.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(L, M, L, M)
        row.setSpacing(M)
        row.addLayout(beside)
        row.addLayout(words, 1)
        if remedy is not None:
            row.addWidget(remedy, alignment=Qt.AlignmentFlag.AlignTop)
        row.setAlignment(words, Qt.AlignmentFlag.AlignTop)


_HEIGHT = 560
_INTRODUCTION = (
    "Twauth tries what it needs on this computer. Where an app is kept, X is asked for the time,"
    " without credentials."
)


class DiagnoseDialog(Dialog):
    """Looks as soon as it opens, and again when asked to."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Diagnose", width=DialogWidth.W640, height=_HEIGHT)
        self._context = context
        self._findings: list[DoctorFinding] = []
        self._status = Text("")
        self._report_button = quiet_button("Copy report", "copy")
        self._report_button.clicked.connect(self._copy_report)
        self._repeat_button = secondary_button("Look again", "refresh-cw")
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
        self._status.setText("Looking…")
        services = self._context.services

        def work(job: Job) -> None:
            doctor = Doctor(
                services.paths,
                services.vaults.keychain,
                lambda: services,
                _ignore,
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
        count = len(problems)
        found = "1 problem" if count == 1 else f"{count} problems"
        self._status.setText(found if count else "All is well")
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
        self._status.setText("Copied. It holds no secret and no account")


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


def _ignore(_services: Services) -> None:
    """The window's own stays open."""

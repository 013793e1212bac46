"""The sheet on which the doctor's findings appear one by one."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.apps.pretend_start import START, start_pretend_x
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.diagnose.finding_row import FindingRow
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import XL, XXL, M
from twauth_gui.services.doctor import Doctor, DoctorFinding, report_of
from twauth_gui.services.kit import Services

_HEIGHT = 560
_WHAT = (
    "Twauth tries what it needs on this computer. Where an app is kept, X is asked for the time,"
    " without credentials."
)


class DiagnoseSheet(Dialog):
    """Looks as soon as it opens, and again when asked to."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Diagnose", width=DialogWidth.W640, height=_HEIGHT)
        self._desk = desk
        self._findings: list[DoctorFinding] = []
        self._state = Text("")
        self._report = quiet_button("Copy report", "copy")
        self._report.clicked.connect(self._copy)
        self._again = secondary_button("Look again", "refresh-cw")
        self._again.clicked.connect(self._look)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self._problem = ProblemLine()
        self._card = Card()
        self.add_left(self._report)
        self.add_right(self._again)
        self.add_right(done)
        self.set_default(done)
        self.set_initial_focus(done)
        self._look()

    def _look(self) -> None:
        self._findings = []
        self._state, self._card, self._problem = Text("", strong=True), Card(), ProblemLine()
        self.set_body(_body(self._state, self._problem, self._card))
        self._report.setEnabled(False)
        self._again.setEnabled(False)
        self._state.setText("Looking…")
        kit = self._desk.services

        def work(job: Job) -> None:
            doctor = Doctor(kit.places, kit.storage.keychain, lambda: kit, _keep, cancel=job.cancel)
            for finding in doctor.findings():
                job.report(finding)

        self._desk.over_network(self, work, self._done, self._failed, report=self._found)

    def _found(self, finding: object) -> None:
        if isinstance(finding, DoctorFinding):
            self._findings.append(finding)
            self._card.add_row(FindingRow(finding, self._remedy_for(finding.hint)))

    def _remedy_for(self, hint: Diagnosis | None) -> QWidget | None:
        if hint is None or hint.remedy is not Remedy.START_SANDBOX:
            return None
        start = secondary_button(START, size=ButtonSize.SMALL)
        start.clicked.connect(lambda: start_pretend_x(self._desk, self, hint.address, self._look))
        return start

    def _done(self, _nothing: None) -> None:
        problems = [one.problem for one in self._findings if one.problem is not None]
        count = len(problems)
        found = "1 problem" if count == 1 else f"{count} problems"
        self._state.setText(found if count else "All is well")
        announce(self, self._state.text())
        self._report.setEnabled(True)
        self._again.setEnabled(True)
        for problem in problems:
            self._desk.vault.note(problem)

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._problem.show_diagnosis(diagnosis)
        self._again.setEnabled(True)

    def _copy(self) -> None:
        self._desk.clipboard.put_plain(report_of(self._findings))
        self._state.setText("Copied. It holds no secret and no account")


def _body(*parts: QWidget) -> QWidget:
    body = QWidget()
    body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    column = QVBoxLayout(body)
    column.setContentsMargins(XXL, XL, XXL, XL)
    column.setSpacing(M)
    column.addWidget(Text(_WHAT, role="text-2", wrap=True))
    for part in parts:
        column.addWidget(part)
    return body


def _keep(_kit: Services) -> None:
    """The window's own stays open."""

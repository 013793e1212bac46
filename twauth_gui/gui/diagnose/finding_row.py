"""One thing that was looked at: its mark, what was seen, what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.health_mark import HealthMark
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import XS, L, M, Type, line_height
from twauth_gui.services.doctor import DoctorFinding


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
        seen = Text(finding.text, type=Type.SMALL, role="text-2" if well else "bad", wrap=True)
        words.addWidget(seen)
        if finding.problem is not None:
            words.addWidget(Text(finding.problem.advice, type=Type.SMALL, wrap=True))
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

"""A failure that has no better place, in a sheet of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.sheet import Sheet, SheetWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type


class ExplainSheet(Sheet):
    """Title, advice, further causes, and a report to copy where there is one."""

    def __init__(self, desk: Desk, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.title.rstrip("."), width=SheetWidth.W440)
        self._desk = desk
        self._diagnosis = diagnosis
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Text(diagnosis.advice, role="text-2", wrap=True))
        for cause in diagnosis.causes:
            column.addWidget(Text(f"·  {cause}", type=Type.SMALL, role="text-2", wrap=True))
        self.set_body(body)
        if diagnosis.evidence.report():
            report = quiet_button("Copy report", "copy")
            report.clicked.connect(self._copy_report)
            self.add_left(report)
        close = primary_button("Close")
        self.add_right(close)
        self.set_default(close)
        close.clicked.connect(self.dismiss)

    def is_about(self, diagnosis: Diagnosis) -> bool:
        """Whether this sheet says the same already."""
        return self._diagnosis.kind is diagnosis.kind

    def _copy_report(self) -> None:
        text = f"{self._diagnosis.sentence()}\n{self._diagnosis.evidence.report()}"
        self._desk.clipboard.put_plain(text)

"""A failure that has no better place, in a sheet of its own."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.addresses import CONNECTED_APPS
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.diagnosis_view import DiagnosisView
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.sheet import Sheet, SheetWidth
from twauth_gui.gui.parts.sheet_page import sheet_page


class ExplainSheet(Sheet):
    """Title, advice, further causes, and a report to copy where there is one.

    forget: offered where something can be let go of here although X keeps it.
    """

    def __init__(
        self, desk: Desk, diagnosis: Diagnosis, forget: Callable[[], None] | None = None
    ) -> None:
        super().__init__(diagnosis.title.rstrip("."), width=SheetWidth.W440)
        self._desk = desk
        self._diagnosis = diagnosis
        body, column = sheet_page()
        column.addWidget(DiagnosisView(diagnosis))
        self.set_body(body)
        if diagnosis.evidence.report():
            report = quiet_button("Copy report", "copy")
            report.clicked.connect(self._copy_report)
            self.add_left(report)
        if forget is not None:
            drop = quiet_button("Forget it here")
            drop.clicked.connect(self.close_sheet)
            drop.clicked.connect(forget)
            self.add_left(drop)
        self._add_buttons()

    def _add_buttons(self) -> None:
        if self._diagnosis.remedy is not Remedy.OPEN_CONNECTED_APPS:
            close = primary_button("Close")
            close.clicked.connect(self.dismiss)
            self.add_right(close)
            self.set_default(close)
            return
        close = secondary_button("Close")
        close.clicked.connect(self.dismiss)
        way_out = primary_button("Open connected apps")
        way_out.clicked.connect(self._open_connected_apps)
        self.add_right(close)
        self.add_right(way_out)
        self.set_default(way_out)

    def is_about(self, diagnosis: Diagnosis) -> bool:
        """Whether this sheet says the same already."""
        return self._diagnosis.kind is diagnosis.kind

    def _copy_report(self) -> None:
        text = f"{self._diagnosis.sentence()}\n{self._diagnosis.evidence.report()}"
        self._desk.clipboard.put_plain(text)

    def _open_connected_apps(self) -> None:
        self._desk.front.open_address(CONNECTED_APPS)

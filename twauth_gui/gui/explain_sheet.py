"""A failure that has no better place, in a sheet of its own."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.addresses import CONNECTED_APPS
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.apps.pretend_start import START, start_pretend_x
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.diagnosis_view import DiagnosisView
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page


class ExplainSheet(Dialog):
    """Title, advice, further causes, and a report to copy where there is one.

    forget: offered where something can be let go of here although X keeps it. again: does once
    more what failed, after the remedy.
    """

    def __init__(
        self,
        desk: AppContext,
        diagnosis: Diagnosis,
        forget: Callable[[], None] | None = None,
        again: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(diagnosis.title.rstrip("."), width=DialogWidth.W440)
        self._desk = desk
        self._diagnosis = diagnosis
        self._again = again
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
        ways_out = {
            Remedy.OPEN_CONNECTED_APPS: ("Open connected apps", self._open_connected_apps),
            Remedy.START_SANDBOX: (START, self._start_sandbox),
        }
        found = ways_out.get(self._diagnosis.remedy)
        close = primary_button("Close") if found is None else secondary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(close)
        self.set_default(close)
        if found is not None:
            words, action = found
            way_out = primary_button(words)
            way_out.clicked.connect(action)
            self.add_right(way_out)
            self.set_default(way_out)

    def is_about(self, diagnosis: Diagnosis) -> bool:
        """Whether this sheet says the same already."""
        return self._diagnosis.kind is diagnosis.kind

    def _copy_report(self) -> None:
        text = f"{self._diagnosis.sentence()}\n{self._diagnosis.evidence.report()}"
        self._desk.clipboard.put_plain(text)

    def _start_sandbox(self) -> None:
        def then() -> None:
            self.close_sheet()
            if self._again is not None:
                self._again()

        start_pretend_x(self._desk, self, self._diagnosis.address, then)

    def _open_connected_apps(self) -> None:
        self._desk.window.open_address(CONNECTED_APPS)

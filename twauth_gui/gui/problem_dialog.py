"""The dialog for a failure that no other part of the window shows."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.hosts import CONNECTED_APPS_URL
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import START_SANDBOX_TEXT, start_sandbox
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import DiagnosisView
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body


class ProblemDialog(Dialog):
    """Title, advice, further causes, and a report to copy if there is one.

    on_forget: removes the subject here although X keeps it; offered as a button if passed.
    retry: repeats what failed, after the remedy.
    """

    def __init__(
        self,
        context: AppContext,
        diagnosis: Diagnosis,
        on_forget: Callable[[], None] | None = None,
        retry: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(diagnosis.title.rstrip("."), width=DialogWidth.W440)
        self._context = context
        self._diagnosis = diagnosis
        self._retry = retry
        body, column = make_dialog_body()
        column.addWidget(DiagnosisView(diagnosis))
        self.set_body(body)
        if diagnosis.evidence.format_report():
            report = quiet_button("Copy report", "copy")
            report.clicked.connect(self._copy_report)
            self.add_left(report)
        if on_forget is not None:
            forget = quiet_button("Forget it here")
            forget.clicked.connect(self.close_dialog)
            forget.clicked.connect(on_forget)
            self.add_left(forget)
        self._add_buttons()

    def _add_buttons(self) -> None:
        remedies = {
            Remedy.OPEN_CONNECTED_APPS: ("Open connected apps", self._open_connected_apps),
            Remedy.START_SANDBOX: (START_SANDBOX_TEXT, self._start_sandbox),
        }
        remedy = remedies.get(self._diagnosis.remedy)
        close = primary_button("Close") if remedy is None else secondary_button("Close")
        close.clicked.connect(self.dismiss)
        self.add_right(close)
        self.set_default(close)
        if remedy is not None:
            text, action = remedy
            help_button = primary_button(text)
            help_button.clicked.connect(action)
            self.add_right(help_button)
            self.set_default(help_button)

    def is_about(self, diagnosis: Diagnosis) -> bool:
        """Whether this dialog shows the same kind of failure already."""
        return self._diagnosis.kind is diagnosis.kind

    def _copy_report(self) -> None:
        text = f"{self._diagnosis.to_sentence()}\n{self._diagnosis.evidence.format_report()}"
        self._context.clipboard.copy_plain(text)

    def _start_sandbox(self) -> None:
        def started() -> None:
            self.close_dialog()
            if self._retry is not None:
                self._retry()

        start_sandbox(self._context, self, self._diagnosis.address, started)

    def _open_connected_apps(self) -> None:
        self._context.window.open_address(CONNECTED_APPS_URL)

"""The sheet about the pretend X."""

from __future__ import annotations

from PySide6.QtCore import Signal

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import Desk
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.sheet import Sheet, SheetWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.services.apps import AppDraft

_WHAT = (
    "A small server on this computer behaves like X: sign-in pages, PINs, tokens, posts, and its "
    "refusals. Any handle and any password will do."
)
_HOW = (
    "It comes with the keys of a demo app. Nothing leaves this machine, and bots can post to it "
    "as they would to X."
)


class PretendSheet(Sheet):
    """Starts the sandbox and adds its demo app.

    Signals:
        added: carries the App.
    """

    added = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Try it with a pretend X", width=SheetWidth.W440)
        self._desk = desk
        self._problem = ProblemLine()
        self._start = primary_button("Start it")
        self._start.clicked.connect(self._start_pressed)
        body, column = sheet_page()
        for text in (
            _WHAT,
            _HOW,
        ):
            column.addWidget(Text(text, role="text-2", wrap=True))
        column.addWidget(self._problem)
        self.set_body(body)
        look = quiet_button("Open its page")
        look.clicked.connect(self._look_pressed)
        self.add_left(look)
        breaking = quiet_button("Break it…")
        breaking.clicked.connect(self._break_pressed)
        self.add_left(breaking)
        self.add_choice(self._start)
        self.set_initial_focus(self._start)

    def _start_pressed(self) -> None:
        def work(_job: Job) -> App:
            draft = self._desk.kit.pretend_x.start()
            known = next((a for a in self._desk.kit.store.apps() if _same(a, draft)), None)
            return known or self._desk.kit.apps.add(draft)

        def done(app: App) -> None:
            self.close_sheet()
            self.added.emit(app)

        self._start.setEnabled(False)
        self._desk.over_network(self, work, done, self._failed)

    def _break_pressed(self) -> None:
        from twauth_gui.gui.apps.faults_sheet import FaultsSheet  # noqa: PLC0415 - loads the sandbox

        pretend = self._desk.kit.pretend_x
        if pretend.runs_here:
            self._desk.sheets.open(FaultsSheet(self._desk))
            return

        def done(_draft: AppDraft) -> None:
            self._desk.sheets.open(FaultsSheet(self._desk))

        self._desk.over_network(self, lambda _job: pretend.start(), done, self._failed)

    def _look_pressed(self) -> None:
        def done(draft: AppDraft) -> None:
            self._desk.front.open_address(draft.hosts.page)

        self._desk.over_network(
            self, lambda _job: self._desk.kit.pretend_x.start(), done, self._failed
        )

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._start.setEnabled(True)
        if not offers_unlock(self._desk, diagnosis, self._start_pressed):
            self._problem.show_diagnosis(diagnosis)


def _same(app: App, draft: AppDraft) -> bool:
    return app.hosts == draft.hosts and app.label.startswith(draft.label)

"""The sheet about the pretend X."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.apps.pretend_start import START
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.ask_row import SettingRow
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, secondary_button
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.theme.measure import L
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.pretend import PretendState

_WHAT = (
    "A small server on this computer behaves like X: sign-in pages, PINs, tokens, posts, and its "
    "refusals. Any handle and any password will do."
)
_HOW = (
    "It comes with the keys of a demo app. Nothing leaves this machine, and bots can post to it "
    "as they would to X."
)
_OFF = "It starts by itself when one of its apps is used, unless you have stopped it."
_HERE = "In this program, and ends with it."
_ELSEWHERE = "In another program, as twauth sandbox, which stops it."

T = TypeVar("T")


class PretendSheet(Dialog):
    """Says whether the sandbox runs, starts and stops it, and adds its demo app.

    Signals:
        added: carries the App.
    """

    added = Signal(object)

    def __init__(self, desk: AppContext) -> None:
        super().__init__("Try it with a pretend X", width=DialogWidth.W440)
        self._desk = desk
        self._problem = ProblemLine()
        self._add = primary_button("Add an account")
        self._switch = secondary_button("Start", size=ButtonSize.SMALL)
        self._page = secondary_button("Open its page", size=ButtonSize.SMALL)
        self._break = secondary_button("Break it…", size=ButtonSize.SMALL)
        self._state = PretendState()
        self._state_row = SettingRow("Looking whether it runs", "", self._switch)
        self._build()
        self._show(PretendState())
        self._state_row.title.setText("Looking whether it runs…")
        desk.over_network(
            self, lambda _job: desk.services.pretend_x.state(), self._show, self._failed
        )

    def _build(self) -> None:
        body, column = sheet_page(L)
        for text in (_WHAT, _HOW):
            column.addWidget(Text(text, role="text-2", wrap=True))
        card = Card()
        card.add_row(self._state_row)
        card.add_row(
            SettingRow("Page", "Its accounts, apps and posts, in the browser.", self._page)
        )
        card.add_row(SettingRow("Faults", "It refuses as X does, from now on.", self._break))
        column.addWidget(card)
        column.addWidget(self._problem)
        self.set_body(body)
        self._switch.clicked.connect(self._switch_pressed)
        self._page.clicked.connect(self._page_pressed)
        self._break.clicked.connect(self._break_pressed)
        self._add.clicked.connect(self._add_pressed)
        self.add_choice(self._add)
        self.set_initial_focus(self._add)

    def _show(self, state: PretendState) -> None:
        """Say how it is, and offer what can be done about it."""
        self._state = state
        runs, host = bool(state.address), state.address.removeprefix("http://")
        self._state_row.title.setText(f"It runs at {host}" if runs else "It is not running")
        words = "" if not runs else _HERE if state.here else _ELSEWHERE
        self._state_row.set_help(words or _OFF)
        self._switch.setText("Stop" if runs else "Start")
        self._switch.setAccessibleName("Stop the pretend X" if runs else START)
        self._switch.setVisible(not runs or state.here)
        self._switch.setEnabled(True)
        for button in (self._page, self._break):
            button.setEnabled(runs)
        self._add.setText("Add an account" if runs else "Start and add an account")
        self._add.setEnabled(True)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._problem.clear()
        self._switch.setEnabled(False)
        self._add.setEnabled(False)
        self._desk.over_network(self, lambda _job: work(), done, self._failed)

    def _switch_pressed(self) -> None:
        pretend, runs = self._desk.services.pretend_x, bool(self._state.address)

        def work() -> PretendState:
            if runs:
                pretend.stop_for_good()
            else:
                _ = pretend.start()
            return pretend.state()

        self._run(work, self._switched)

    def _switched(self, state: PretendState) -> None:
        self._show(state)
        self._switch.setFocus(Qt.FocusReason.OtherFocusReason)  # it was off meanwhile
        announce(self, self._state_row.title.text())

    def _add_pressed(self) -> None:
        kit = self._desk.services

        def work() -> App:
            draft = kit.pretend_x.start()
            known = next((one for one in kit.store.apps.all() if _same(one, draft)), None)
            return known or kit.apps.add(draft)

        def done(app: App) -> None:
            self.close_sheet()
            self.added.emit(app)

        self._run(work, done)

    def _page_pressed(self) -> None:
        self._desk.window.open_address(self._state.address)

    def _break_pressed(self) -> None:
        from twauth_gui.gui.apps.faults_sheet import FaultsSheet  # noqa: PLC0415 - loads the sandbox

        self._desk.sheets.open(FaultsSheet(self._desk))

    def _failed(self, diagnosis: Diagnosis) -> None:
        self._show(self._state)
        if not offers_unlock(self._desk, diagnosis, self._add_pressed):
            self._problem.show_diagnosis(diagnosis)


def _same(app: App, draft: AppDraft) -> bool:
    return app.hosts == draft.hosts and app.label.startswith(draft.label)

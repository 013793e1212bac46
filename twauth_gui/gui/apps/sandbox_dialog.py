"""The dialog that starts and stops the sandbox, the pretend X."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.remedies import START_SANDBOX_TEXT
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    external_button,
    primary_button,
    secondary_button,
)
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import L
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.sandbox_runner import SandboxStatus

_SANDBOX_TEXT = (
    "A small server on this computer behaves like X: sign-in pages, PINs, tokens, posts, and its "
    "refusals. Any handle and any password will do."
)
_DEMO_TEXT = (
    "It comes with the keys of a demo app. Nothing leaves this machine, and bots can post to it "
    "as they would to X."
)
_STOPPED_TEXT = "It starts by itself when one of its apps is used, unless you have stopped it."
_RUNS_HERE = "In this program, until it is closed."
_RUNS_ELSEWHERE = "In another program (twauth sandbox). Stop it there."
_LOOKING = "Checking whether it runs…"

T = TypeVar("T")


class SandboxDialog(Dialog):
    """Says whether the sandbox runs, starts and stops it, and adds its demo app.

    Signals:
        added: carries the App.
    """

    added = Signal(object)

    def __init__(self, context: AppContext) -> None:
        super().__init__("Try it with a pretend X", width=DialogWidth.W440)
        self._context = context
        self._problem = ProblemBanner()
        self._add = primary_button("Add an account")
        self._switch = secondary_button("Start", size=ButtonSize.SMALL)
        self._page = external_button("Open its page")
        self._break = secondary_button("Break it…", size=ButtonSize.SMALL)
        self._state = SandboxStatus()
        self._state_row = SettingRow(_LOOKING, "", self._switch)
        self._build()
        self._show_state(SandboxStatus())
        self._state_row.title_label.setText(_LOOKING)
        context.run_over_network(
            self,
            lambda _job: context.services.sandbox.read_status(),
            self._show_state,
            self._show_failure,
        )

    def _build(self) -> None:
        body, column = make_dialog_body(L)
        for text in (_SANDBOX_TEXT, _DEMO_TEXT):
            column.addWidget(Text(text, role="text-2", wrap=True))
        card = Card()
        card.add_row(self._state_row)
        card.add_row(
            SettingRow("Page", "Its accounts, apps and posts, in the browser.", self._page)
        )
        card.add_row(SettingRow("Faults", "Make it refuse calls as X does.", self._break))
        column.addWidget(card)
        column.addWidget(self._problem)
        self.set_body(body)
        self._switch.clicked.connect(self._start_or_stop)
        self._page.clicked.connect(self._open_page)
        self._break.clicked.connect(self._open_faults)
        self._add.clicked.connect(self._add_account)
        self.add_cancel_and(self._add)
        self.set_initial_focus(self._add)

    def _show_state(self, state: SandboxStatus) -> None:
        """Show whether the sandbox runs, and offer what can be done about it."""
        self._state = state
        runs, host = bool(state.address), state.address.removeprefix("http://")
        self._state_row.title_label.setText(f"It runs at {host}" if runs else "It is not running")
        place = _RUNS_HERE if state.is_here else _RUNS_ELSEWHERE
        self._state_row.set_help(place if runs else _STOPPED_TEXT)
        self._switch.setText("Stop" if runs else "Start")
        self._switch.setAccessibleName("Stop the pretend X" if runs else START_SANDBOX_TEXT)
        self._switch.setVisible(not runs or state.is_here)
        self._switch.setEnabled(True)
        for button in (self._page, self._break):
            button.setEnabled(runs)
        self._add.setText("Add an account" if runs else "Start and add an account")
        self._add.setEnabled(True)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._problem.clear()
        self._switch.setEnabled(False)
        self._add.setEnabled(False)
        self._context.run_over_network(self, lambda _job: work(), done, self._show_failure)

    def _start_or_stop(self) -> None:
        sandbox, runs = self._context.services.sandbox, bool(self._state.address)

        def work() -> SandboxStatus:
            if runs:
                sandbox.disable()
            else:
                _ = sandbox.start()
            return sandbox.read_status()

        self._run(work, self._announce_state)

    def _announce_state(self, state: SandboxStatus) -> None:
        self._show_state(state)
        self._switch.setFocus(Qt.FocusReason.OtherFocusReason)  # it was disabled meanwhile
        announce(self, self._state_row.title_label.text())

    def _add_account(self) -> None:
        services = self._context.services

        def work() -> App:
            draft = services.sandbox.start()
            known = next(
                (app for app in services.store.apps.list_all() if _is_same_app(app, draft)), None
            )
            return known or services.apps.add(draft)

        def done(app: App) -> None:
            self.close_dialog()
            self.added.emit(app)

        self._run(work, done)

    def _open_page(self) -> None:
        self._context.window.open_address(self._state.address)

    def _open_faults(self) -> None:
        from twauth_gui.gui.apps.sandbox_faults_dialog import SandboxFaultsDialog  # noqa: PLC0415 - loads the sandbox

        self._context.dialogs.open(SandboxFaultsDialog(self._context))

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._show_state(self._state)
        if not offer_unlock(self._context, diagnosis, self._add_account):
            self._problem.show_diagnosis(diagnosis)


def _is_same_app(app: App, draft: AppDraft) -> bool:
    return app.hosts == draft.hosts and app.label.startswith(draft.label)

"""Actions behind the buttons that fix a problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.diagnosis_view import REMEDY_PAGES

START_SANDBOX_TEXT = "Start the pretend X"


def start_sandbox(
    context: AppContext, owner: QObject, address: str, then: Callable[[], None]
) -> None:
    """Start the sandbox at this address, then go on; if it cannot start, show the reason."""

    def done(_nothing: None) -> None:
        context.window.show_status(f"The pretend X runs at {address.removeprefix('http://')}")
        then()

    context.run_over_network(owner, lambda _job: context.services.sandbox.start_at(address), done)


def start_sandbox_first(
    context: AppContext, owner: QObject, diagnosis: Diagnosis, go_on: Callable[[], None]
) -> Callable[[], None]:
    """Return go_on; if the sandbox is missing, an action that starts it first."""
    if diagnosis.remedy is not Remedy.START_SANDBOX:
        return go_on
    return lambda: start_sandbox(context, owner, diagnosis.address, go_on)


@dataclass(frozen=True, slots=True)
class RemedyAction:
    """The text of a button, and what it does. closes_dialog: close the dialog around it first."""

    text: str
    run: Callable[[], object]
    closes_dialog: bool = False


class AppRemedies:
    """Actions for the remedies of one app.

    app_id: None for an app that is not saved yet. again: repeats the check.
    """

    def __init__(
        self, context: AppContext, app_id: AppId | None, again: Callable[[], None]
    ) -> None:
        self._context = context
        self._again = again
        self._actions = {
            Remedy.EDIT_KEYS: RemedyAction(
                "Change the keys", lambda: _edit_app(context, app_id), closes_dialog=True
            ),
            Remedy.TRY_AGAIN: RemedyAction("Check again", again),
        }
        for remedy, (text, address) in REMEDY_PAGES.items():
            self._actions[remedy] = RemedyAction(
                text, partial(context.window.open_address, address)
            )
        if app_id is not None:
            add = partial(context.window.add_account, app_id)
            self._actions[Remedy.USE_PIN] = RemedyAction("Use a PIN", add, closes_dialog=True)

    def find_action(self, diagnosis: Diagnosis, callback: str) -> RemedyAction | None:
        """Return the action for a diagnosis; None if the window can do nothing."""
        remedy = diagnosis.remedy
        if remedy is Remedy.START_SANDBOX:
            context, address, again = self._context, diagnosis.address, self._again
            return RemedyAction(
                START_SANDBOX_TEXT, lambda: start_sandbox(context, context.dialogs, address, again)
            )
        if remedy is Remedy.COPY_CALLBACK and callback:
            return RemedyAction(
                "Copy address", partial(self._context.clipboard.copy_plain, callback)
            )
        return self._actions.get(remedy)


def _edit_app(context: AppContext, app_id: AppId | None) -> None:
    if app_id is not None:
        context.window.edit_app(app_id)

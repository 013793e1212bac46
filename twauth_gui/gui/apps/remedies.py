"""The button that a remedy has in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.apps.pretend_start import START, start_pretend_x
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.pages_at_x import PAGES


@dataclass(frozen=True, slots=True)
class Doing:
    """What a button says, and what it does. leaves: whether the sheet around it has to go."""

    text: str
    action: Callable[[], object]
    leaves: bool = False


class Remedies:
    """Knows the button of each remedy, for one app.

    app_id: None for an app that is being written in the sheet below. again: does the same once
    more.
    """

    def __init__(self, desk: AppContext, app_id: AppId | None, again: Callable[[], None]) -> None:
        self._desk = desk
        self._again = again
        self._doings = {
            Remedy.EDIT_KEYS: Doing("Change the keys", lambda: _edit(desk, app_id), leaves=True),
            Remedy.TRY_AGAIN: Doing("Check again", again),
        }
        for remedy, (text, address) in PAGES.items():
            self._doings[remedy] = Doing(text, partial(desk.window.open_address, address))
        if app_id is not None:
            add = partial(desk.window.add_account, app_id)
            self._doings[Remedy.USE_PIN] = Doing("Use a PIN", add, leaves=True)

    def doing(self, diagnosis: Diagnosis, callback: str) -> Doing | None:
        """Give the button of a remedy; None where nothing can be pressed."""
        remedy = diagnosis.remedy
        if remedy is Remedy.START_SANDBOX:
            desk, address, again = self._desk, diagnosis.address, self._again
            return Doing(START, lambda: start_pretend_x(desk, desk.sheets, address, again))
        if remedy is Remedy.COPY_CALLBACK and callback:
            return Doing("Copy address", partial(self._desk.clipboard.put_plain, callback))
        return self._doings.get(remedy)


def _edit(desk: AppContext, app_id: AppId | None) -> None:
    if app_id is not None:
        desk.window.edit_app(app_id)

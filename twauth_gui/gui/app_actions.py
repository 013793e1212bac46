"""Actions on apps that several parts of the window offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twauth_gui.domain.apps import App
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.account_actions import AccountAction, AccountActions
from twauth_gui.gui.action_menu import ActionOffer
from twauth_gui.gui.app_context import AppContext

CHANGE_APP_KEYS = "F2"
"""They change the app that has the focus."""


def make_app_offers(context: AppContext, actions: AccountActions, app: App) -> list[ActionOffer]:
    """Return what can be done with an app and its accounts, in the order of a menu."""
    known = context.snapshots.current.accounts.values()
    accounts = [one for one in known if one.app_id == app.id]
    window, several = context.window, pluralize(len(accounts), "account")
    none = "" if accounts else "The app has no account."
    check = partial(actions.perform, AccountAction.CHECK, accounts)
    export = partial(actions.perform, AccountAction.EXPORT, accounts)
    remove = partial(actions.perform, AccountAction.REMOVE, accounts)
    entries: tuple[tuple[str, str, str, Callable[[], object], str, int], ...] = (
        ("add", "Add account…", "plus", partial(window.add_account, app.id), "", 0),
        ("change", "Change app…", "pencil", partial(window.edit_app, app.id), "", 0),
        ("check-app", "Check this app…", "stethoscope", partial(_check_app, context, app), "", 0),
        (AccountAction.CHECK.value, f"Check {several}", "rotate-cw", check, none, 1),
        (AccountAction.EXPORT.value, f"Export {several}…", "upload", export, none, 1),
        (AccountAction.REMOVE.value, f"Remove {several}…", "trash-2", remove, none, 2),
    )
    keys = {"change": CHANGE_APP_KEYS}
    return [
        ActionOffer(name, label, label, icon, run, keys.get(name, ""), why_not, group)
        for name, label, icon, run, why_not, group in entries
    ]


def _check_app(context: AppContext, app: App) -> None:
    from twauth_gui.gui.apps.app_check_dialog import open_app_check  # noqa: PLC0415 - rare

    open_app_check(context, app.id)

"""The button that does what an explanation advises."""

from __future__ import annotations

from functools import partial

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import ProblemKind, Remedy
from twauth_gui.gui.apps.remedies import Doing
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.pages_at_x import PAGES
from twauth_gui.services.explain_error import Explanation


def app_of(desk: AppContext, label: str) -> App | None:
    """Return the app of this label; where none is named, the one app that is kept."""
    apps = list(desk.library.snapshot.apps.values())
    if not label:
        return apps[0] if len(apps) == 1 else None
    return next((app for app in apps if app.label == label), None)


def fix_for(desk: AppContext, explanation: Explanation) -> Doing | None:
    """Return the button for an explanation; None where nothing here helps."""
    remedy = explanation.diagnosis.remedy
    if remedy in PAGES:
        words, address = PAGES[remedy]
        return Doing(words, partial(desk.window.open_address, address))
    if explanation.diagnosis.kind is ProblemKind.BOT_WITHOUT_KEYS:
        return _export(desk, explanation)
    if remedy in {Remedy.SIGN_IN_AGAIN, Remedy.SIGN_IN_OAUTH2, Remedy.START_AGAIN, Remedy.USE_PIN}:
        return _sign_in(desk, explanation)
    return _of_app(desk, explanation)


def _account_id(desk: AppContext, explanation: Explanation) -> AccountId | None:
    """Return the account that is meant: the recognised one, or the only one there is."""
    accounts = desk.library.snapshot.accounts
    if explanation.account is not None:
        known = AccountId(explanation.account.id)
        return known if known in accounts else None
    return next(iter(accounts)) if len(accounts) == 1 else None


def _sign_in(desk: AppContext, explanation: Explanation) -> Doing | None:
    account_id = _account_id(desk, explanation)
    if account_id is not None:
        handle = desk.library.snapshot.accounts[account_id].at_handle
        wants_tokens = explanation.diagnosis.remedy is Remedy.SIGN_IN_OAUTH2
        kind = CredentialKind.OAUTH2 if wants_tokens else None
        sign_in = partial(desk.window.sign_in_again, account_id, kind)
        return Doing(f"Sign in {handle} again", sign_in, leaves=True)
    app = app_of(desk, explanation.app)
    add = partial(desk.window.add_account, app.id if app else None)
    return Doing("Sign in", add, leaves=True) if desk.library.snapshot.apps else None


def _export(desk: AppContext, explanation: Explanation) -> Doing | None:
    account_id = _account_id(desk, explanation)
    if account_id is None:
        return None
    handle = desk.library.snapshot.accounts[account_id].at_handle
    return Doing(f"Export {handle}…", partial(desk.window.export, [account_id]), leaves=True)


def _of_app(desk: AppContext, explanation: Explanation) -> Doing | None:
    remedy, app = explanation.diagnosis.remedy, app_of(desk, explanation.app)
    if remedy is Remedy.START_SANDBOX:
        return Doing("Start the pretend X", desk.window.pretend_x, leaves=True)
    if app is None:
        return None
    if remedy is Remedy.EDIT_KEYS:
        edit = partial(desk.window.edit_app, app.id)
        return Doing(f"Change the keys of {app.label}", edit, leaves=True)
    if remedy is Remedy.COPY_CALLBACK:
        return Doing("Copy callback address", partial(desk.clipboard.put_plain, app.callback))
    return None

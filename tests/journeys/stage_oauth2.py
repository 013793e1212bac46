"""The states of OAuth 2.0 that are worth looking at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QAbstractButton

from twauth_gui.domain.accounts import Account, TokenFacts
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import PendingSignIn, SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.scopes import USUAL
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.signin.flow import SignInFlow
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.requests import SignedIn, SignInRequest, new_attempt_id
from twauth_gui.services.watch import AuthorizationLink

URL = "https://x.com/i/oauth2/authorize?response_type=code&client_id=U2FuZGJveERlbW9Ob3RSZWFs"
MISSING = ("tweet.write", "dm.read")


def oauth2_scenes(
    window: MainWindow, app_id: AppId, now: datetime
) -> dict[str, Callable[[], None]]:
    """Give them by name."""
    return {
        "oauth2-add": partial(_add, window, app_id),
        "oauth2-scopes": partial(_scopes, window, app_id),
        "oauth2-account": partial(_account, window, now),
        "oauth2-browser": partial(_waiting, window, app_id, now, SignInMethod.BROWSER),
        "oauth2-address": partial(_waiting, window, app_id, now, SignInMethod.ADDRESS),
        "oauth2-missing": partial(_kept, window, app_id),
    }


def _add(window: MainWindow, app_id: AppId) -> None:
    window.add_account(app_id)
    _press(window, "OAuth 2.0")


def _scopes(window: MainWindow, app_id: AppId) -> None:
    _add(window, app_id)
    _press(window, "Scopes")


def _press(window: MainWindow, name: str) -> None:
    sheet = window.desk.sheets.top()
    assert sheet is not None
    buttons = sheet.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == name).click()


def _account(window: MainWindow, now: datetime) -> None:
    account = _named(window, "fernwick_news")
    ends = now + timedelta(minutes=96)
    tokens = TokenSet(Secret("a" * 91), Secret("r" * 91), ends, USUAL)
    facts = TokenFacts(USUAL, ends, now - timedelta(days=2), SignInMethod.BROWSER)
    _ = window.desk.services.store.tokens.save(account, tokens, facts)
    window.desk.library.reload(then=lambda: window.select_account(account.id))


def _named(window: MainWindow, handle: str) -> Account:
    return next(one for one in window.desk.services.store.accounts.all() if one.handle == handle)


def _flow(window: MainWindow, app_id: AppId, method: SignInMethod) -> SignInFlow:
    request = SignInRequest(app_id, method, "tidal_times", kind=CredentialKind.OAUTH2)
    return SignInFlow(window.desk, request, window)


def _waiting(window: MainWindow, app_id: AppId, now: datetime, method: SignInMethod) -> None:
    flow = _flow(window, app_id, method)
    attempt = PendingSignIn(
        new_attempt_id(), app_id, method, now, "tidal_times", kind=CredentialKind.OAUTH2
    )
    invitation = AuthorizationLink(attempt, Secret(URL), "http://127.0.0.1:8739/callback")
    flow._screens.browser(invitation, opened=method is SignInMethod.BROWSER)  # pyright: ignore[reportPrivateUsage]


def _kept(window: MainWindow, app_id: AppId) -> None:
    flow = _flow(window, app_id, SignInMethod.BROWSER)
    account = _named(window, "fernwick_news")
    outcome = SignedIn(account, again=True, missing=MISSING)
    flow._screens.kept(account, None, outcome, after="")  # pyright: ignore[reportPrivateUsage]

"""The stage's scenes about sign-ins under way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QAbstractButton, QWidget

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.attempts import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
    RequestToken,
    SignInMethod,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.several import BatchItem, BatchSignIn
from twauth_gui.domain.sign_in_options import SignInOptions
from twauth_gui.gui.apps.check_sheet import open_draft_check
from twauth_gui.gui.signin.walk import open_several
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.several import keep_list


def _key() -> Secret:
    return Secret(uuid.uuid4().hex)


def press(window: MainWindow, name: str) -> None:
    """Click a button that can be seen, wherever it is."""
    top: QWidget = window.desk.sheets.top() or window
    buttons = [one for one in top.findChildren(QAbstractButton) if one.isVisible()]
    next(one for one in buttons if name in {one.text(), one.accessibleName()}).click()


def check_pretend_app(window: MainWindow) -> None:
    """Look at the pretend X's app, one of whose addresses nobody has registered."""
    draft = window.desk.services.pretend_x.start()
    spare = (*draft.spare_callbacks, "https://bot.example/callback")
    open_draft_check(window.desk, replace(draft, spare_callbacks=spare))


def sign_in_scenes(window: MainWindow, app_id: AppId) -> dict[str, Callable[[], None]]:
    """Give them by name."""
    store, now = window.desk.services.store, window.desk.now

    def begun(
        attempt: PendingSignIn, grant: AccessGrant | None, then: Callable[[PendingSignInId], None]
    ) -> None:
        secrets = PendingSecrets(RequestToken(_key(), _key(), "oob"), grant)
        kept = store.pending_sign_ins.begin(attempt, secrets)
        window.desk.library.reload(then=lambda: then(kept.id))

    def by_link(then: Callable[[PendingSignInId], None]) -> None:
        fresh, started = PendingSignInId(uuid.uuid4().hex), now() - timedelta(days=2)
        begun(PendingSignIn(fresh, app_id, SignInMethod.LINK, started, "letters_desk4"), None, then)

    def by_another() -> None:
        fresh, state = PendingSignInId(uuid.uuid4().hex), PendingState.WRONG_ACCOUNT
        held = PendingSignIn(
            fresh, app_id, SignInMethod.PIN, now(), "marsh_weather", state, "tidal_times"
        )
        begun(held, AccessGrant(_key(), _key(), "7001", "tidal_times"), window.resume)

    def options() -> None:
        window.add_account(app_id)
        press(window, "Options")

    def select(attempt_id: PendingSignInId) -> None:
        window.select_account(AccountId(attempt_id))

    def walk() -> None:
        handles = ("tidal_times", "ferry_delays8", "oldquay_music", "fenair_north")
        wishes = (
            *map(BatchItem, handles),
            BatchItem("quaybridge_alt", why="X did not answer in time"),
        )
        usual = SignInOptions()
        keep_list(store, BatchSignIn(app_id, SignInMethod.BROWSER, now(), wishes, usual))
        open_several(window.desk, app_id, window)

    return {
        "several": lambda: open_several(window.desk, app_id, window),
        "walk": walk,
        "app-check": lambda: check_pretend_app(window),
        "options": options,
        "link": lambda: by_link(window.resume),
        "link-waits": lambda: by_link(select),
        "other-account": by_another,
        "remove": lambda: press(window, "Remove…"),
    }

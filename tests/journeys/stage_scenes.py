"""Scenes of the stage: keychain, pending sign-ins, OAuth 2.0."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.support.vaults import MemoryVault
from twauth_gui.domain.access import DEFAULT_SCOPES, AccessLevel
from twauth_gui.domain.accounts import (
    Account,
    AccountEvent,
    AccountEventKind,
    AccountId,
    TokenMetadata,
)
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.batch_sign_in import BatchItem, BatchSignIn
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.health import Health, HealthState
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import (
    AccessGrant,
    PendingSecrets,
    PendingSignIn,
    PendingSignInId,
    PendingState,
    RequestToken,
    SignInMethod,
    SignInOptions,
)
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.apps.app_check_dialog import open_draft_check
from twauth_gui.gui.signin.batch_sign_in import open_batch_sign_in
from twauth_gui.gui.signin.sign_in_controller import SignInController
from twauth_gui.gui.vault import vault_dialogs
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.main_menu import open_settings
from twauth_gui.services.batch_sign_in import save_batch
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInRequest,
    new_pending_id,
)
from twauth_gui.services.update_check import UpdateSource, UpdateState
from twauth_gui.store.account_repository import CheckNote
from twauth_gui.store.vault_errors import VaultAbsentError, VaultLockedError
from twauth_gui.store.vault_selection import VaultKind

BARE_SCENES = frozenset({"none", "create"})
"""The scenes of a machine without a keychain, on which nothing is kept yet."""


def remove_keychain(vault: MemoryVault) -> None:
    """Make the keychain absent."""
    vault.fail_with = VaultAbsentError()


def lock_keychain(window: MainWindow, vault: MemoryVault) -> None:
    """Lock the keychain."""
    vault.fail_with = VaultLockedError("GNOME Keyring")
    window.context.vault.probe()


def vault_scenes(window: MainWindow, vault: MemoryVault) -> dict[str, Callable[[], None]]:
    """Return the scenes about the vault by name."""
    context = window.context

    def in_the_file(then: Callable[[], None]) -> Callable[[], None]:
        def play() -> None:
            _ = context.services.vaults.migrate(VaultKind.FILE, Secret("marsh marigold ferry"))
            context.vault.probe()
            then()

        return play

    def unlock() -> None:
        context.auto_lock.lock()
        vault_dialogs.unlock_then(context)

    return {
        "create": partial(vault_dialogs.open_create_file, context),
        "locked": partial(lock_keychain, window, vault),
        "lock": context.auto_lock.lock,
        "move": partial(vault_dialogs.open_move_vault, context),
        "keychain": partial(open_settings, context, "keychain"),
        "file-locked": in_the_file(context.auto_lock.lock),
        "file-unlock": in_the_file(unlock),
        "file-move": in_the_file(partial(vault_dialogs.open_move_vault, context)),
        "file-passphrase": in_the_file(partial(vault_dialogs.open_change_passphrase, context)),
        "file-keychain": in_the_file(partial(open_settings, context, "keychain")),
    }


def _invent_secret() -> Secret:
    return Secret(uuid.uuid4().hex)


def press_button(window: MainWindow, name: str) -> None:
    """Click a button that can be seen, wherever it is."""
    top: QWidget = window.context.dialogs.top() or window
    buttons = [one for one in top.findChildren(QAbstractButton) if one.isVisible()]
    next(one for one in buttons if name in {one.text(), one.accessibleName()}).click()


def show_app_check(window: MainWindow) -> None:
    """Check the sandbox's app, one of whose callbacks is not registered."""
    draft = window.context.services.sandbox.start()
    spare = (*draft.spare_callbacks, "https://bot.example/callback")
    open_draft_check(window.context, replace(draft, spare_callbacks=spare))


def show_batch(window: MainWindow, app_id: AppId) -> None:
    """Show a list of accounts to sign in, one of which failed."""
    handles = ("tidal_times", "ferry_delays8", "oldquay_music", "fenair_north")
    failed = BatchItem("quaybridge_alt", error="X did not answer in time")
    batch = BatchSignIn(
        app_id,
        SignInMethod.BROWSER,
        window.context.now(),
        (*map(BatchItem, handles), failed),
        SignInOptions(),
    )
    save_batch(window.context.services.store, batch)
    open_batch_sign_in(window.context, app_id, window)


def sign_in_scenes(window: MainWindow, app_id: AppId) -> dict[str, Callable[[], None]]:
    """Return the scenes about signing in by name."""
    store, now = window.context.services.store, window.context.now

    def show_pending(
        pending: PendingSignIn, grant: AccessGrant | None, then: Callable[[PendingSignInId], None]
    ) -> None:
        secrets = PendingSecrets(RequestToken(_invent_secret(), _invent_secret(), "oob"), grant)
        added = store.pending_sign_ins.add(pending, secrets)
        window.context.snapshots.reload(on_done=lambda: then(added.id))

    def by_link(then: Callable[[PendingSignInId], None]) -> None:
        fresh, started = PendingSignInId(uuid.uuid4().hex), now() - timedelta(days=2)
        show_pending(
            PendingSignIn(fresh, app_id, SignInMethod.LINK, started, "letters_desk4"), None, then
        )

    def by_another() -> None:
        fresh, state = PendingSignInId(uuid.uuid4().hex), PendingState.WRONG_ACCOUNT
        pending = PendingSignIn(
            fresh, app_id, SignInMethod.PIN, now(), "marsh_weather", state, "tidal_times"
        )
        show_pending(
            pending,
            AccessGrant(_invent_secret(), _invent_secret(), "7001", "tidal_times"),
            window.resume_sign_in,
        )

    def options() -> None:
        window.add_account(app_id)
        press_button(window, "Options")

    def select(pending_id: PendingSignInId) -> None:
        window.select_account(AccountId(pending_id))

    return {
        "several": lambda: open_batch_sign_in(window.context, app_id, window),
        "walk": partial(show_batch, window, app_id),
        "app-check": lambda: show_app_check(window),
        "options": options,
        "link": lambda: by_link(window.resume_sign_in),
        "link-waits": lambda: by_link(select),
        "other-account": by_another,
        "remove": lambda: press_button(window, "Remove…"),
    }


URL = "https://x.com/i/oauth2/authorize?response_type=code&client_id=U2FuZGJveERlbW9Ob3RSZWFs"
MISSING = ("tweet.write", "dm.read")


def show_changes(window: MainWindow, now: datetime, *, is_open: bool) -> None:
    """Show what checks have changed: above the list, or in its dialog."""
    store = window.context.services.store
    for days, account in enumerate(store.accounts.list_all()[:6], 1):
        at = now - timedelta(hours=14 * days)
        before = replace(account, name=f"Old {account.name}", access=AccessLevel.READ_WRITE)
        before = replace(before, health=Health(HealthState.WORKING, at))
        store.accounts.update(before)
        event = AccountEvent(account.id, AccountEventKind.CHECKED, at, "Checked")
        _ = store.accounts.record_checks([CheckNote(account, event)])
    window.context.snapshots.reload(
        on_done=window.findChildren(AccountActions)[0].show_changes if is_open else None
    )


def show_update(window: MainWindow, now: datetime, *, in_settings: bool) -> None:
    """Show that there is a newer version: above the list, or in the settings."""
    updates = window.context.services.updates
    updates.source = UpdateSource("https://updates.example/twauth.json", ("",))
    notice = {
        "version": "99.0.0",
        "summary": "Exports to two more secret stores, and checks 500 accounts in half the time.",
        "page": "https://updates.example/releases",
        "issued": now.isoformat(),
        "expires": (now + timedelta(days=45)).isoformat(),
    }
    asked = (now - timedelta(hours=2)).isoformat()
    state = UpdateState(is_wanted=True, asked_at=asked, notice=json.dumps(notice))
    updates.save(state)
    window.context.updates.start()
    if in_settings:
        open_settings(window.context, "updates")


def oauth2_scenes(
    window: MainWindow, app_id: AppId, now: datetime
) -> dict[str, Callable[[], None]]:
    """Return the scenes about OAuth 2.0 by name."""
    return {
        "oauth2-add": partial(_show_add_account, window, app_id),
        "oauth2-scopes": partial(_show_scopes, window, app_id),
        "oauth2-account": partial(_add_oauth2_account, window, now),
        "oauth2-browser": partial(_show_pending, window, app_id, now, SignInMethod.BROWSER),
        "oauth2-address": partial(_show_pending, window, app_id, now, SignInMethod.ADDRESS),
        "oauth2-missing": partial(_show_unsaved, window, app_id),
    }


def _show_add_account(window: MainWindow, app_id: AppId) -> None:
    window.add_account(app_id)
    _press_oauth2_button(window, "OAuth 2.0")


def _show_scopes(window: MainWindow, app_id: AppId) -> None:
    _show_add_account(window, app_id)
    _press_oauth2_button(window, "Scopes")


def _press_oauth2_button(window: MainWindow, name: str) -> None:
    dialog = window.context.dialogs.top()
    assert dialog is not None
    buttons = dialog.findChildren(QAbstractButton)
    next(button for button in buttons if button.text() == name).click()


def _add_oauth2_account(window: MainWindow, now: datetime) -> None:
    account = _find_account(window, "fernwick_news")
    ends = now + timedelta(minutes=96)
    tokens = TokenSet(Secret("a" * 91), Secret("r" * 91), ends, DEFAULT_SCOPES)
    metadata = TokenMetadata(DEFAULT_SCOPES, ends, now - timedelta(days=2), SignInMethod.BROWSER)
    _ = window.context.services.store.tokens.save(account, tokens, metadata)
    window.context.snapshots.reload(on_done=lambda: window.select_account(account.id))


def _find_account(window: MainWindow, handle: str) -> Account:
    return next(
        one for one in window.context.services.store.accounts.list_all() if one.handle == handle
    )


def _make_flow(window: MainWindow, app_id: AppId, method: SignInMethod) -> SignInController:
    request = SignInRequest(app_id, method, "tidal_times", kind=CredentialKind.OAUTH2)
    return SignInController(window.context, request, window)


def _show_pending(window: MainWindow, app_id: AppId, now: datetime, method: SignInMethod) -> None:
    flow = _make_flow(window, app_id, method)
    pending = PendingSignIn(
        new_pending_id(), app_id, method, now, "tidal_times", kind=CredentialKind.OAUTH2
    )
    link = AuthorizationLink(pending, Secret(URL), "http://127.0.0.1:8739/callback")
    flow._presenter.show_browser_page(link, opened=method is SignInMethod.BROWSER)  # pyright: ignore[reportPrivateUsage]


def _show_unsaved(window: MainWindow, app_id: AppId) -> None:
    flow = _make_flow(window, app_id, SignInMethod.BROWSER)
    account = _find_account(window, "fernwick_news")
    outcome = CompletedSignIn(account, was_known=True, missing_scopes=MISSING)
    flow._presenter.show_account(account, None, outcome, next_text="")  # pyright: ignore[reportPrivateUsage]

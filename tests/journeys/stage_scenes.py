"""Scenes of the stage: keychain, pending sign-ins, OAuth 2.0."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QLabel

from tests.journeys.stage_steps import find_field, hold_network, press, wait_for, wait_idle, write
from tests.journeys.state_scenes import replace_versions, show_section_of_settings
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
from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind
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
from twauth_gui.gui.signin.sign_in_dialog import SignInPresenter
from twauth_gui.gui.vault import vault_dialogs
from twauth_gui.gui.vault.move_dialogs import FinishMoveDialog
from twauth_gui.gui.window import MainWindow
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
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages.api_errors import (
    CALLBACK,
    CLOCK_UNMEASURED,
    NOT_REVOCABLE,
    WRONG_PIN,
)

_UNFINISHED = Diagnosis(
    ProblemKind.KEYCHAIN_LOCKED, "GNOME Keyring is locked.", "Unlock it, then clean up."
)

BARE_SCENES = frozenset({"empty", "none", "create", "app-new"})


def _is_told(window: MainWindow, beginning: str) -> bool:
    return any(one.text().startswith(beginning) for one in window.findChildren(QLabel))


def _make_id(name: str) -> PendingSignInId:
    """Return the same id for the same name at every start."""
    return PendingSignInId(uuid.uuid5(uuid.NAMESPACE_DNS, name).hex)


def bare_scenes(window: MainWindow, vault: MemoryVault) -> dict[str, Callable[[], None]]:
    """Return the scenes of a machine on which nothing is kept yet, by name."""

    def remove_keychain() -> None:
        vault.fail_with = VaultAbsentError()
        window.context.vault.probe()
        wait_idle(window)

    return {
        "empty": lambda: None,
        "none": remove_keychain,
        "create": partial(vault_dialogs.open_create_file, window.context),
        "app-new": window.add_app,
    }


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
        "locked": partial(lock_keychain, window, vault),
        "lock": context.auto_lock.lock,
        "move": partial(vault_dialogs.open_move_vault, context),
        "move-unfinished": lambda: context.dialogs.open(FinishMoveDialog(context, _UNFINISHED)),
        "file-locked": in_the_file(context.auto_lock.lock),
        "file-unlock": in_the_file(unlock),
        "file-move": in_the_file(partial(vault_dialogs.open_move_vault, context)),
        "file-passphrase": in_the_file(partial(vault_dialogs.open_change_passphrase, context)),
        "file-keychain": in_the_file(partial(show_section_of_settings, window, "keychain")),
    }


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
        secrets = PendingSecrets(RequestToken(Secret("a" * 32), Secret("a" * 32), "oob"), grant)
        added = store.pending_sign_ins.add(pending, secrets)
        window.context.snapshots.reload(on_done=lambda: then(added.id))

    def by_link(then: Callable[[PendingSignInId], None]) -> None:
        owner, started = "letters_desk4", now() - timedelta(days=2)
        pending = PendingSignIn(_make_id(owner), app_id, SignInMethod.LINK, started, owner)
        show_pending(pending, None, then)

    def by_another() -> None:
        fresh, state = _make_id("marsh_weather"), PendingState.WRONG_ACCOUNT
        pending = PendingSignIn(
            fresh, app_id, SignInMethod.PIN, now(), "marsh_weather", state, "tidal_times"
        )
        grant = AccessGrant(Secret("a" * 32), Secret("a" * 32), "7001", "tidal_times")
        show_pending(pending, grant, window.resume_sign_in)
        wait_for(lambda: _is_told(window, "You approved as"), "the account that approved")

    def options() -> None:
        window.add_account(app_id)
        wait_idle(window)  # a person opens them in a dialog that has its size
        press(window, "Options")

    def select(pending_id: PendingSignInId) -> None:
        window.select_account(AccountId(pending_id))

    return {
        "several": lambda: open_batch_sign_in(window.context, app_id, window),
        "walk": partial(show_batch, window, app_id),
        "app-check": lambda: show_app_check(window),
        "options": options,
        "link": partial(show_pin_page, window, lambda: by_link(window.resume_sign_in)),
        "link-waits": lambda: by_link(select),
        "other-account": by_another,
        "sign-in-busy": partial(show_busy_sign_in, window, app_id),
        "sign-in-browser": partial(show_page, window, app_id, SignInMethod.BROWSER),
        "sign-in-pin-wrong": partial(show_wrong_pin, window, app_id),
        "sign-in-callback": partial(show_problem, window, app_id, CALLBACK),
        "sign-in-clock": partial(show_problem, window, app_id, CLOCK_UNMEASURED),
        "sign-in-revocation": partial(show_revocation_problem, window, app_id),
        "sign-in-done": partial(show_done, window, app_id),
    }


def show_pin_page(window: MainWindow, resume: Callable[[], object]) -> None:
    """Resume a sign-in, and wait until it has been read: whoever waits for jobs leaves it out."""
    resume()
    find_field(window, "PIN")


def _present(window: MainWindow, app_id: AppId, method: SignInMethod) -> SignInPresenter:
    request = SignInRequest(app_id, method, "tidal_times")
    return SignInController(window.context, request, window)._presenter  # pyright: ignore[reportPrivateUsage]


def _make_link(window: MainWindow, app_id: AppId, method: SignInMethod) -> AuthorizationLink:
    pending = PendingSignIn(
        _make_id("tidal_times2"), app_id, method, window.context.now(), "tidal_times"
    )
    callback = "http://127.0.0.1:8739/callback"
    return AuthorizationLink(pending, Secret("https://api.x.com/oauth/authorize?x=1"), callback)


def show_busy_sign_in(window: MainWindow, app_id: AppId) -> None:
    """Ask X for a link; it does not answer."""
    window.add_account(app_id)
    press(window, "In your browser")
    hold_network(window)
    press(window, "Open browser")


def show_page(window: MainWindow, app_id: AppId, method: SignInMethod) -> None:
    """Wait for the browser."""
    presenter = _present(window, app_id, method)
    presenter.show_browser_page(_make_link(window, app_id, method), opened=True)


def show_wrong_pin(window: MainWindow, app_id: AppId) -> None:
    """Show that X did not know the PIN."""
    presenter = _present(window, app_id, SignInMethod.PIN)
    presenter.show_pin_page(_make_link(window, app_id, SignInMethod.PIN))
    write(window, "PIN", "1234567")
    presenter.show_pin_problem(WRONG_PIN.to_diagnosis(Evidence()))


def show_problem(window: MainWindow, app_id: AppId, template: ErrorTemplate) -> None:
    """Show a sign-in that failed."""
    presenter = _present(window, app_id, SignInMethod.BROWSER)
    callback = "http://127.0.0.1:8739/callback"
    diagnosis = template.to_diagnosis(Evidence(), callback=callback)
    presenter.show_problem(
        diagnosis, is_pending=True, pin_helps=template is CALLBACK, has_back=False
    )


def show_revocation_problem(window: MainWindow, app_id: AppId) -> None:
    """Show that X did not revoke what another account had approved."""
    presenter = _present(window, app_id, SignInMethod.BROWSER)
    presenter.show_revocation_problem(NOT_REVOCABLE.to_diagnosis(Evidence()))


def show_done(window: MainWindow, app_id: AppId) -> None:
    """Show the account that signed in."""
    presenter = _present(window, app_id, SignInMethod.BROWSER)
    outcome = CompletedSignIn(_find_account(window, "fernwick_live"), was_known=False)
    presenter.show_account(outcome.account, None, outcome, next_text="")


URL = "https://x.com/i/oauth2/authorize?response_type=code&client_id=U2FuZGJveERlbW9Ob3RSZWFs"
MISSING = ("tweet.write", "dm.read")
_SUSPENDED = "X has suspended the app."


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


def show_suspended_app(window: MainWindow, app_id: AppId, now: datetime) -> None:
    """Show that X has suspended an app since it was looked at last, beside other changes."""
    store, at = window.context.services.store, now - timedelta(hours=2)
    for account in store.accounts.list_all():
        if account.app_id == app_id:
            store.accounts.update(replace(account, health=Health(HealthState.WORKING, at)))
            after = replace(account, health=Health(HealthState.APP_PROBLEM, at, reason=_SUSPENDED))
            event = AccountEvent(account.id, AccountEventKind.CHECKED, at, "Checked")
            _ = store.accounts.record_checks([CheckNote(after, event)])
    show_changes(window, now, is_open=True)


def keep_update(window: MainWindow, now: datetime) -> None:
    """Keep the notice of a newer version, as if it had been asked for."""
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


def show_update_settings(window: MainWindow, now: datetime) -> None:
    """Show the settings after a newer version was told of."""
    hold_network(window)
    keep_update(window, now)
    show_section_of_settings(window, "updates")
    replace_versions(window)


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
    press(window, "OAuth 2.0")


def _show_scopes(window: MainWindow, app_id: AppId) -> None:
    _show_add_account(window, app_id)
    wait_idle(window)  # a person opens them in a dialog that has its size
    press(window, "Scopes")


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

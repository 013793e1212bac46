"""A grant of OAuth 2.0 is saved, held for later, or revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.support.installations import (
    OAUTH2_HANDLE,
    Installation,
    add_oauth2_app,
    approve_oauth2,
    begin_oauth2,
    complete_oauth2,
    is_token_accepted,
    list_item_kinds,
    make_oauth2_request,
)
from twauth_gui.domain.apps import App
from twauth_gui.domain.callback_response import parse_oauth2_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingState, SignInMethod
from twauth_gui.services.container import utc_now
from twauth_gui.services.sign_in_requests import (
    CompletedSignIn,
    NullProgress,
    SignInRequest,
    WrongAccount,
)
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(installation: Installation) -> App:
    return add_oauth2_app(installation)


# -- another account than expected -----------------------------------------------------------------


def hold_other(installation: Installation, app: App) -> WrongAccount:
    outcome = complete_oauth2(
        installation,
        begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE)),
        "marsh_weather",
    )
    assert isinstance(outcome, WrongAccount)
    pending = outcome.pending
    assert (pending.state, pending.granted_handle) == (PendingState.WRONG_ACCOUNT, "marsh_weather")
    assert installation.services.store.accounts.list_all() == []
    installation.restart()
    return outcome


def test_another_account_is_kept(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    assert installation.services.sign_in.get_link(pending.id).url == Secret("")
    assert isinstance(installation.services.sign_in.save(pending.id, NullProgress()), WrongAccount)
    account = installation.services.sign_in.save_other_account(pending.id, NullProgress()).account
    assert account.handle == "marsh_weather"
    assert is_token_accepted(
        installation, installation.services.store.tokens.get(account.id).access_token
    )
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_a_new_link_does_not_take_the_place_of_what_x_gave(
    installation: Installation, app: App
) -> None:
    pending = hold_other(installation, app).pending
    # Both were asked for before X had answered.
    by_hand, in_browser = (
        replace(make_oauth2_request(app, OAUTH2_HANDLE, method=method), pending_id=pending.id)
        for method in (SignInMethod.ADDRESS, SignInMethod.BROWSER)
    )
    link = installation.services.sign_in.begin(by_hand, NullProgress())
    assert (link.pending, link.url) == (pending, Secret(""))
    assert installation.services.sign_in.run_in_browser(in_browser, NullProgress()) == WrongAccount(
        pending
    )
    account = installation.services.sign_in.save_other_account(pending.id, NullProgress()).account
    assert is_token_accepted(
        installation, installation.services.store.tokens.get(account.id).access_token
    )


def test_another_account_is_discarded_and_revoked(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    grant = installation.services.store.pending_sign_ins.read_oauth2_secrets(pending.id).grant
    assert grant is not None
    installation.sandbox.stop()
    with pytest.raises(DiagnosedError, match="X did not revoke the credentials of @marsh_weather"):
        installation.services.sign_in.discard(pending.id, CancelToken())
    installation.sandbox.start()
    assert is_token_accepted(installation, grant.tokens.access_token)
    installation.services.sign_in.discard(pending.id, CancelToken())
    assert not is_token_accepted(installation, grant.tokens.access_token)
    assert list_item_kinds(installation) == ["app"]


def test_what_x_cannot_be_told_of_can_be_forgotten(installation: Installation, app: App) -> None:
    pending = hold_other(installation, app).pending
    installation.services.sign_in.forget(pending.id)
    assert list_item_kinds(installation) == ["app"]


# -- the keychain, and X, fail ---------------------------------------------------------------------


def test_a_locked_keychain_spends_no_code(installation: Installation, app: App) -> None:
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = begin_oauth2(installation, make_oauth2_request(app))
    installation.vault.fail_with = None
    link = begin_oauth2(installation, make_oauth2_request(app))
    answer = parse_oauth2_response(approve_oauth2(link))
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert not installation.services.has_unsaved_grants
    installation.vault.fail_with = None
    outcome = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert isinstance(outcome, CompletedSignIn)


@pytest.mark.parametrize("late", [False, True])
def test_tokens_outlive_a_keychain_that_fails_at_the_save(
    installation: Installation, app: App, *, late: bool
) -> None:
    link = begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE))
    installation.vault.fail_with, installation.vault.fail_on = VaultFailedError(), "write"
    installation.vault.fail_late = late
    with pytest.raises(VaultFailedError):
        _ = complete_oauth2(installation, link)
    sign_in, pending_id = installation.services.sign_in, link.pending.id
    assert (sign_in.has_unsaved_grant(pending_id), installation.services.has_unsaved_grants) == (
        True,
        True,
    )
    with pytest.raises(VaultFailedError):
        _ = sign_in.save(pending_id, NullProgress())
    installation.vault.fail_with = None
    outcome = sign_in.save(pending_id, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert is_token_accepted(
        installation, installation.services.store.tokens.get(outcome.account.id).access_token
    )
    assert not installation.services.has_unsaved_grants
    assert list_item_kinds(installation) == ["app", "tokens"]


def get_unidentified_grant(installation: Installation, app: App) -> SignInRequest:
    """Get tokens from X, which does not say whose they are."""
    request = make_oauth2_request(app, OAUTH2_HANDLE)
    link = begin_oauth2(installation, request)
    installation.sandbox.change_settings(is_enrolled=False)
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_oauth2(installation, link)
    assert refused.value.diagnosis.kind is ProblemKind.NOT_ENROLLED
    assert (
        installation.services.store.pending_sign_ins.get(link.pending.id).state
        is PendingState.GRANTED
    )
    installation.sandbox.change_settings(is_enrolled=True)
    installation.restart()
    return request


def test_whose_they_are_can_be_asked_later(installation: Installation, app: App) -> None:
    pending_id = get_unidentified_grant(installation, app).pending_id
    outcome = installation.services.sign_in.resume_in_browser(pending_id, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert outcome.account.handle == OAUTH2_HANDLE


def test_asked_the_next_day_they_are_renewed_first(installation: Installation, app: App) -> None:
    installation.sandbox.change_settings(access_token_lifetime=60)
    pending_id = get_unidentified_grant(installation, app).pending_id
    grant = installation.services.store.pending_sign_ins.read_oauth2_secrets(pending_id).grant
    assert grant is not None
    installation.sandbox.change_settings(access_token_lifetime=7200)
    outcome = installation.services.sign_in.save(pending_id, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    tokens = installation.services.store.tokens.get(outcome.account.id)
    assert tokens.access_token != grant.tokens.access_token
    assert is_token_accepted(installation, tokens.access_token)


def test_unsaved_tokens_can_be_revoked(installation: Installation, app: App) -> None:
    pending_id = get_unidentified_grant(installation, app).pending_id
    grant = installation.services.store.pending_sign_ins.read_oauth2_secrets(pending_id).grant
    assert grant is not None
    installation.services.sign_in.discard(pending_id, CancelToken())
    assert not is_token_accepted(installation, grant.tokens.access_token)
    installation.services.sign_in.discard(pending_id, CancelToken())  # it is gone: nothing to do
    assert list_item_kinds(installation) == ["app"]

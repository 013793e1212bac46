"""What X gave in a sign-in with OAuth 2.0 is kept, held for later, or given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.services.ground import Ground
from tests.services.oauth2_ground import (
    HANDLE,
    add_app,
    approve,
    asking,
    begin,
    complete,
    kept,
    works,
)
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import parse_oauth2_response
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import wall_clock
from twauth_gui.services.requests import SignedIn, SignInRequest, WrongAccount
from twauth_gui.services.watch import NullProgress
from twauth_gui.store.vault_errors import VaultFailedError, VaultLockedError


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return wall_clock  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(ground: Ground) -> App:
    return add_app(ground)


# -- another account than expected -----------------------------------------------------------------


def hold_other(ground: Ground, app: App) -> WrongAccount:
    outcome = complete(ground, begin(ground, asking(app, HANDLE)), "marsh_weather")
    assert isinstance(outcome, WrongAccount)
    held = outcome.attempt
    assert (held.state, held.granted_handle) == (PendingState.WRONG_ACCOUNT, "marsh_weather")
    assert ground.kit.store.accounts.all() == []
    ground.restart()
    return outcome


def test_another_account_is_kept(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    assert ground.kit.sign_in.invitation(held.id).url == Secret("")
    assert isinstance(ground.kit.sign_in.keep(held.id, NullProgress()), WrongAccount)
    account = ground.kit.sign_in.keep_other(held.id, NullProgress()).account
    assert account.handle == "marsh_weather"
    assert works(ground, ground.kit.store.tokens.get(account.id).access)
    assert ground.kit.store.pending_sign_ins.all() == []


def test_a_new_link_does_not_take_the_place_of_what_x_gave(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    # Both were asked for before X had answered.
    by_hand, in_browser = (
        replace(asking(app, HANDLE, method=method), attempt_id=held.id)
        for method in (SignInMethod.ADDRESS, SignInMethod.BROWSER)
    )
    invitation = ground.kit.sign_in.begin(by_hand, NullProgress())
    assert (invitation.attempt, invitation.url) == (held, Secret(""))
    assert ground.kit.sign_in.in_browser(in_browser, NullProgress()) == WrongAccount(held)
    account = ground.kit.sign_in.keep_other(held.id, NullProgress()).account
    assert works(ground, ground.kit.store.tokens.get(account.id).access)


def test_another_account_is_discarded_and_revoked(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    grant = ground.kit.store.pending_sign_ins.code_secrets(held.id).grant
    assert grant is not None
    ground.sandbox.stop()
    with pytest.raises(DiagnosedError, match="X did not end the credentials of @marsh_weather"):
        ground.kit.sign_in.discard(held.id, CancelToken())
    ground.sandbox.start()
    assert works(ground, grant.tokens.access)
    ground.kit.sign_in.discard(held.id, CancelToken())
    assert not works(ground, grant.tokens.access)
    assert kept(ground) == ["app"]


def test_what_x_cannot_be_told_of_can_be_forgotten(ground: Ground, app: App) -> None:
    held = hold_other(ground, app).attempt
    ground.kit.sign_in.forget(held.id)
    assert kept(ground) == ["app"]


# -- the keychain, and X, fail ---------------------------------------------------------------------


def test_a_locked_keychain_spends_no_code(ground: Ground, app: App) -> None:
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = begin(ground, asking(app))
    ground.vault.fail_with = None
    invitation = begin(ground, asking(app))
    answer = parse_oauth2_response(approve(invitation))
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        _ = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert not ground.kit.holds_grants
    ground.vault.fail_with = None
    outcome = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert isinstance(outcome, SignedIn)


@pytest.mark.parametrize("late", [False, True])
def test_tokens_outlive_a_keychain_that_fails_at_the_save(
    ground: Ground, app: App, *, late: bool
) -> None:
    invitation = begin(ground, asking(app, HANDLE))
    ground.vault.fail_with, ground.vault.fail_on = VaultFailedError(), "write"
    ground.vault.fail_late = late
    with pytest.raises(VaultFailedError):
        _ = complete(ground, invitation)
    authorizer, attempt_id = ground.kit.sign_in, invitation.attempt.id
    assert (authorizer.holds(attempt_id), ground.kit.holds_grants) == (True, True)
    with pytest.raises(VaultFailedError):
        _ = authorizer.keep(attempt_id, NullProgress())
    ground.vault.fail_with = None
    outcome = authorizer.keep(attempt_id, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert works(ground, ground.kit.store.tokens.get(outcome.account.id).access)
    assert not ground.kit.holds_grants
    assert kept(ground) == ["app", "tokens"]


def granted(ground: Ground, app: App) -> SignInRequest:
    """X gives tokens, and does not say whose they are."""
    request = asking(app, HANDLE)
    invitation = begin(ground, request)
    ground.sandbox.change(is_enrolled=False)
    with pytest.raises(DiagnosedError) as refused:
        _ = complete(ground, invitation)
    assert refused.value.diagnosis.kind is ProblemKind.NOT_ENROLLED
    assert (
        ground.kit.store.pending_sign_ins.get(invitation.attempt.id).state is PendingState.GRANTED
    )
    ground.sandbox.change(is_enrolled=True)
    ground.restart()
    return request


def test_whose_they_are_can_be_asked_later(ground: Ground, app: App) -> None:
    attempt_id = granted(ground, app).attempt_id
    outcome = ground.kit.sign_in.resume_in_browser(attempt_id, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert outcome.account.handle == HANDLE


def test_asked_the_next_day_they_are_renewed_first(ground: Ground, app: App) -> None:
    ground.sandbox.change(access_token_lifetime=60)
    attempt_id = granted(ground, app).attempt_id
    grant = ground.kit.store.pending_sign_ins.code_secrets(attempt_id).grant
    assert grant is not None
    ground.sandbox.change(access_token_lifetime=7200)
    outcome = ground.kit.sign_in.keep(attempt_id, NullProgress())
    assert isinstance(outcome, SignedIn)
    tokens = ground.kit.store.tokens.get(outcome.account.id)
    assert tokens.access != grant.tokens.access
    assert works(ground, tokens.access)


def test_granted_ones_can_be_given_back(ground: Ground, app: App) -> None:
    attempt_id = granted(ground, app).attempt_id
    grant = ground.kit.store.pending_sign_ins.code_secrets(attempt_id).grant
    assert grant is not None
    ground.kit.sign_in.discard(attempt_id, CancelToken())
    assert not works(ground, grant.tokens.access)
    ground.kit.sign_in.discard(attempt_id, CancelToken())  # it is gone: nothing to do
    assert kept(ground) == ["app"]

"""Signing an account in again: what worked before stays until X has accepted the new one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typing_extensions import override

from tests.services.approving import answer_for
from tests.services.ground import Ground
from tests.services.test_authorize import works
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind, Remedy
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import NullProgress, SignInEvent, SignInStep, StepStarted


class Before(NullProgress):
    """A watch that does something when the new credentials are about to be compared."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__()
        self._action = action

    @override
    def report(self, news: SignInEvent) -> None:
        if news == StepStarted(SignInStep.COMPARE):
            self._action()


def granted(ground: Ground, app: App, meanwhile: Callable[[], None]) -> PendingSignInId:
    """Sign the account in again; what happens meanwhile keeps X from accepting it."""
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    invitation = ground.kit.sign_in.begin(request, NullProgress())
    answer = answer_for(invitation, "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.complete(invitation.attempt.id, answer, Before(meanwhile))
    assert "from before were not replaced" in refused.value.diagnosis.advice
    attempt = ground.kit.store.pending_sign_ins.get(invitation.attempt.id)
    assert attempt.state is PendingState.GRANTED
    return attempt.id


def test_without_x_the_old_one_stays_and_the_new_one_waits(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(account.id)
    attempt_id = granted(ground, app, ground.sandbox.stop)
    ground.restart()
    assert ground.kit.store.accounts.credentials(account.id) == before
    ground.sandbox.start()
    outcome = ground.kit.sign_in.keep(attempt_id, NullProgress())
    assert isinstance(outcome, SignedIn)
    assert ground.kit.store.accounts.credentials(account.id) != before
    assert works(ground, outcome.account)


def test_one_that_x_refuses_never_replaces_the_old_one(ground: Ground, app: App) -> None:
    account = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(account.id)
    attempt_id = granted(ground, app, lambda: ground.sandbox.change(tokens_revoked=True))
    with pytest.raises(DiagnosedError) as refused:
        ground.kit.sign_in.keep(attempt_id, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.REVOKED
    assert refused.value.diagnosis.remedy is Remedy.START_AGAIN
    assert ground.kit.store.accounts.credentials(account.id) == before
    ground.kit.sign_in.discard(attempt_id, CancelToken())
    assert ground.kit.store.pending_sign_ins.all() == []


def test_an_account_x_has_locked_takes_its_new_credentials(ground: Ground, app: App) -> None:
    """X knows the token then, and the old one would do no better."""
    account = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(account.id)
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    invitation = ground.kit.sign_in.begin(request, NullProgress())
    answer = answer_for(invitation, "fernwick_news")
    watch = Before(lambda: ground.sandbox.change(account_state="locked"))
    assert isinstance(ground.kit.sign_in.complete(invitation.attempt.id, answer, watch), SignedIn)
    assert ground.kit.store.accounts.credentials(account.id) != before


@pytest.mark.parametrize("fault", ["no-credits", "spending-limit", "feature-not-permitted"])
def test_what_x_refuses_the_app_for_does_not_keep_a_new_one_out(
    ground: Ground, app: App, fault: str
) -> None:
    before = ground.kit.store.accounts.credentials(ground.sign_in(app).id)
    ground.sandbox.break_with("v1-not-in-plan", fault)
    again = ground.sign_in(app)
    assert ground.kit.store.accounts.credentials(again.id) != before

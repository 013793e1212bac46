"""Signing an account in again: the old credentials stay until X has accepted the new ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typing_extensions import override

from tests.services.test_oauth1_flow import works
from tests.support.installations import Installation
from tests.support.sandbox_browser import approve_for_response
from twauth_gui.domain.apps import App
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind, Remedy
from twauth_gui.domain.sign_in import PendingSignInId, PendingState, SignInMethod
from twauth_gui.services.sign_in_requests import (
    CompletedSignIn,
    NullProgress,
    SignInEvent,
    SignInRequest,
    SignInStep,
    StepStarted,
)


class BeforeCompare(NullProgress):
    """Progress that does something just before the new credentials are compared."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__()
        self._action = action

    @override
    def report(self, event: SignInEvent) -> None:
        if event == StepStarted(SignInStep.COMPARE):
            self._action()


def sign_in_unaccepted(
    installation: Installation, app: App, meanwhile: Callable[[], None]
) -> PendingSignInId:
    """Sign the account in again; what happens meanwhile keeps X from accepting it."""
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    link = installation.services.sign_in.begin(request, NullProgress())
    answer = approve_for_response(link, "fernwick_news")
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.complete(link.pending.id, answer, BeforeCompare(meanwhile))
    assert "credentials were not replaced" in refused.value.diagnosis.advice
    pending = installation.services.store.pending_sign_ins.get(link.pending.id)
    assert pending.state is PendingState.GRANTED
    return pending.id


def test_without_x_the_old_one_stays_and_the_new_one_waits(
    installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(account.id)
    pending_id = sign_in_unaccepted(installation, app, installation.sandbox.stop)
    installation.restart()
    assert installation.services.store.accounts.read_credentials(account.id) == before
    installation.sandbox.start()
    outcome = installation.services.sign_in.save(pending_id, NullProgress())
    assert isinstance(outcome, CompletedSignIn)
    assert installation.services.store.accounts.read_credentials(account.id) != before
    assert works(installation, outcome.account)


def test_one_that_x_refuses_never_replaces_the_old_one(
    installation: Installation, app: App
) -> None:
    account = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(account.id)
    pending_id = sign_in_unaccepted(
        installation, app, lambda: installation.sandbox.change_settings(tokens_revoked=True)
    )
    with pytest.raises(DiagnosedError) as refused:
        installation.services.sign_in.save(pending_id, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.REVOKED
    assert refused.value.diagnosis.remedy is Remedy.START_AGAIN
    assert installation.services.store.accounts.read_credentials(account.id) == before
    installation.services.sign_in.discard(pending_id, CancelToken())
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_an_account_x_has_locked_takes_its_new_credentials(
    installation: Installation, app: App
) -> None:
    """X knows the token then, and the old one would do no better."""
    account = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(account.id)
    request = SignInRequest(app.id, SignInMethod.PIN, "fernwick_news")
    link = installation.services.sign_in.begin(request, NullProgress())
    answer = approve_for_response(link, "fernwick_news")
    progress = BeforeCompare(lambda: installation.sandbox.change_settings(account_state="locked"))
    assert isinstance(
        installation.services.sign_in.complete(link.pending.id, answer, progress),
        CompletedSignIn,
    )
    assert installation.services.store.accounts.read_credentials(account.id) != before


@pytest.mark.parametrize("fault", ["no-credits", "spending-limit", "feature-not-permitted"])
def test_what_x_refuses_the_app_for_does_not_keep_a_new_one_out(
    installation: Installation, app: App, fault: str
) -> None:
    before = installation.services.store.accounts.read_credentials(installation.sign_in(app).id)
    installation.sandbox.enable_faults("v1-not-in-plan", fault)
    again = installation.sign_in(app)
    assert installation.services.store.accounts.read_credentials(again.id) != before

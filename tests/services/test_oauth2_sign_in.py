"""A sign-in with OAuth 2.0 ends in kept tokens, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.services.approving import return_to
from tests.services.ground import Ground
from tests.services.oauth2_ground import (
    HANDLE,
    add_app,
    approve,
    asking,
    begin,
    cancel_on_page,
    complete,
    kept,
    sign_in,
    works,
)
from tests.services.test_browser_way import Desk, side_by_side
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.answer import VerifierResponse
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.code_answer import CodeResponse, parse_oauth2_response
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.events import EventKind
from twauth_gui.domain.scopes import NEEDED, OFFLINE, SCOPES, USUAL
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.kit import wall_clock
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.watch import NullProgress
from twauth_gui.store.vault_errors import VaultLockedError


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return wall_clock  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(ground: Ground) -> App:
    return add_app(ground)


@pytest.mark.parametrize("app_type", ["web", "native"])
def test_the_browser_returns(ground: Ground, sandbox: Sandbox, app_type: str) -> None:
    sandbox.change(app_type=app_type)
    app = add_app(ground)
    desk = Desk()
    request = asking(app, HANDLE, method=SignInMethod.BROWSER)
    result = side_by_side(lambda: ground.kit.sign_in.in_browser(request, desk))
    invitation = desk.invited.result(10)
    assert invitation.url.reveal() not in repr(invitation)
    assert return_to(approve(invitation)) == 200
    outcome = result.result(10)
    assert isinstance(outcome, SignedIn)
    account = outcome.account
    assert (account.handle, account.has_oauth1, outcome.missing) == (HANDLE, False, ())
    assert account.access is AccessLevel.READ_WRITE
    facts = ground.kit.store.tokens.facts(account.id)
    assert facts is not None
    assert (set(facts.scopes), facts.renewable) == (set(USUAL), True)
    assert works(ground, ground.kit.store.tokens.get(account.id).access)
    assert ground.kit.store.settings.active_account() == account.id
    assert (
        ground.kit.store.events.latest(account.id)[0].text
        == "Signed in with OAuth 2.0, in the browser"
    )
    assert kept(ground) == ["app", "tokens"]


def test_interrupted_it_goes_on_in_another_process(ground: Ground, app: App) -> None:
    desk = Desk()
    request = asking(app, HANDLE, method=SignInMethod.BROWSER)
    result = side_by_side(lambda: ground.kit.sign_in.in_browser(request, desk))
    invitation = desk.invited.result(10)
    desk.cancel.cancel()
    assert isinstance(result.exception(10), CancelledError)
    ground.restart()
    desk = Desk()
    authorizer, attempt_id = ground.kit.sign_in, invitation.attempt.id
    result = side_by_side(lambda: authorizer.resume_in_browser(attempt_id, desk))
    assert desk.invited.result(10).url == invitation.url
    assert return_to(approve(invitation)) == 200
    assert isinstance(result.result(10), SignedIn)


def test_a_pasted_address_after_a_restart(ground: Ground, app: App) -> None:
    invitation = begin(ground, asking(app, HANDLE))
    ground.restart()
    assert ground.kit.sign_in.invitation(invitation.attempt.id) == invitation
    assert isinstance(complete(ground, invitation), SignedIn)
    assert ground.kit.store.pending_sign_ins.all() == []


def test_a_renewed_link_refuses_the_old_answer(ground: Ground, app: App) -> None:
    scopes = (*NEEDED, "like.read")
    old = begin(ground, asking(app, HANDLE, scopes))
    new = ground.kit.sign_in.renew(old.attempt.id, NullProgress())
    assert new.attempt.id == old.attempt.id
    assert "like.read" in new.url.reveal()
    with pytest.raises(DiagnosedError) as refused:
        _ = complete(ground, old)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_ANSWER
    assert isinstance(complete(ground, new), SignedIn)


def test_whose_an_answer_is(ground: Ground, app: App) -> None:
    invitation = begin(ground, asking(app, HANDLE))
    own = parse_oauth2_response(approve(invitation))
    foreign = CodeResponse(Secret("c"), Secret("s"))
    check_fits = ground.kit.sign_in.check_fits
    ground.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        check_fits(invitation.attempt.id, own)
    ground.vault.fail_with = None
    check_fits(invitation.attempt.id, own)
    with pytest.raises(DiagnosedError) as refused:
        check_fits(invitation.attempt.id, foreign)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_ANSWER


def test_answers_of_the_other_kind(ground: Ground, app: App) -> None:
    code = begin(ground, asking(app))
    pin = begin(ground, SignInRequest(app.id, SignInMethod.PIN))
    complete_with = ground.kit.sign_in.complete
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_with(code.attempt.id, VerifierResponse(Secret("1234567")), NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_ANSWER
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_with(pin.attempt.id, CodeResponse(Secret("c"), Secret("s")), NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_ANSWER
    assert len(ground.kit.store.pending_sign_ins.all()) == 2


def test_a_refusal_ends_the_attempt(ground: Ground, app: App) -> None:
    invitation = begin(ground, asking(app))
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.sign_in.complete(
            invitation.attempt.id, cancel_on_page(invitation), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.DENIED
    assert ground.kit.store.pending_sign_ins.all() == []
    assert kept(ground) == ["app"]


def test_a_code_that_comes_too_late(ground: Ground, app: App) -> None:
    invitation = begin(ground, asking(app))
    ground.sandbox.change(code_lifetime=0)
    answer = parse_oauth2_response(approve(invitation))
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.ATTEMPT_EXPIRED
    assert "30 seconds" in refused.value.diagnosis.advice


def test_an_app_without_a_client_id(ground: Ground, app: App) -> None:
    draft = ground.kit.apps.draft(app.id)
    keys = AppKeys(draft.keys.api_key, draft.keys.api_secret)
    _ = ground.kit.apps.change(app.id, replace(draft, keys=keys))
    with pytest.raises(DiagnosedError, match="no Client ID"):
        _ = begin(ground, asking(app))
    assert ground.kit.store.pending_sign_ins.all() == []


def test_granted_less_than_asked_is_told(ground: Ground, app: App) -> None:
    ground.sandbox.break_with("scopes-reduced")
    outcome = complete(ground, begin(ground, asking(app, scopes=tuple(s.name for s in SCOPES))))
    assert isinstance(outcome, SignedIn)
    assert outcome.missing
    facts = ground.kit.store.tokens.facts(outcome.account.id)
    assert facts is not None
    assert not set(facts.scopes) & set(outcome.missing)


def test_without_offline_access_nothing_renews_it(ground: Ground, app: App) -> None:
    account = sign_in(ground, app, ("tweet.write",))
    tokens = ground.kit.store.tokens.get(account.id)
    assert tokens.refresh is None
    assert {*NEEDED, "tweet.write"} == set(tokens.scopes)
    assert OFFLINE not in tokens.scopes
    with pytest.raises(DiagnosedError) as refused:
        _ = ground.kit.tokens.renew(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "offline.access" in refused.value.diagnosis.advice


def test_it_comes_beside_the_other_kind(ground: Ground, app: App) -> None:
    first = ground.sign_in(app)
    before = ground.kit.store.accounts.credentials(first.id)
    outcome = complete(ground, begin(ground, asking(app, HANDLE)))
    assert isinstance(outcome, SignedIn)
    assert (outcome.again, outcome.account.id) == (True, first.id)
    assert outcome.account.method is SignInMethod.PIN  # that of the other kind stays
    assert ground.kit.store.accounts.credentials(first.id) == before
    assert kept(ground) == ["account", "app", "tokens"]
    event = ground.kit.store.events.latest(first.id)[0]
    assert event.kind is EventKind.SIGNED_IN_AGAIN

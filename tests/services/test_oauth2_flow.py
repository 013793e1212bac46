"""A sign-in with OAuth 2.0 ends with saved tokens, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.services.test_browser_callback import LinkProgress, side_by_side
from tests.support.installations import (
    OAUTH2_HANDLE,
    Installation,
    add_oauth2_app,
    approve_oauth2,
    begin_oauth2,
    complete_oauth2,
    deny_oauth2,
    is_token_accepted,
    list_item_kinds,
    make_oauth2_request,
    sign_in_oauth2,
)
from tests.support.sandbox_browser import follow_redirect
from twauth_gui.domain.access import (
    DEFAULT_SCOPES,
    OFFLINE_ACCESS,
    REQUIRED_SCOPES,
    SCOPES,
    AccessLevel,
)
from twauth_gui.domain.accounts import AccountEventKind
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import (
    CodeResponse,
    VerifierResponse,
    parse_oauth2_response,
)
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.container import utc_now
from twauth_gui.services.sign_in_requests import CompletedSignIn, NullProgress, SignInRequest
from twauth_gui.store.vault_errors import VaultLockedError


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return utc_now  # the sandbox counts the life of tokens by it


@pytest.fixture
def app(installation: Installation) -> App:
    return add_oauth2_app(installation)


@pytest.mark.parametrize("app_type", ["web", "native"])
def test_the_browser_returns(installation: Installation, sandbox: Sandbox, app_type: str) -> None:
    sandbox.change_settings(app_type=app_type)
    app = add_oauth2_app(installation)
    driver = LinkProgress()
    request = make_oauth2_request(app, OAUTH2_HANDLE, method=SignInMethod.BROWSER)
    result = side_by_side(lambda: installation.services.sign_in.run_in_browser(request, driver))
    link = driver.invited.result(10)
    assert link.url.reveal() not in repr(link)
    assert follow_redirect(approve_oauth2(link)) == 200
    outcome = result.result(10)
    assert isinstance(outcome, CompletedSignIn)
    account = outcome.account
    assert (account.handle, account.has_oauth1, outcome.missing_scopes) == (
        OAUTH2_HANDLE,
        False,
        (),
    )
    assert account.access is AccessLevel.READ_WRITE
    metadata = installation.services.store.tokens.get_metadata(account.id)
    assert metadata is not None
    assert (set(metadata.scopes), metadata.is_renewable) == (set(DEFAULT_SCOPES), True)
    assert is_token_accepted(
        installation, installation.services.store.tokens.get(account.id).access_token
    )
    assert installation.services.store.settings.active_account() == account.id
    assert (
        installation.services.store.events.latest(account.id)[0].text
        == "Signed in with OAuth 2.0, in the browser"
    )
    assert list_item_kinds(installation) == ["app", "tokens"]


def test_interrupted_it_goes_on_in_another_process(installation: Installation, app: App) -> None:
    driver = LinkProgress()
    request = make_oauth2_request(app, OAUTH2_HANDLE, method=SignInMethod.BROWSER)
    result = side_by_side(lambda: installation.services.sign_in.run_in_browser(request, driver))
    link = driver.invited.result(10)
    driver.cancel.cancel()
    assert isinstance(result.exception(10), CancelledError)
    installation.restart()
    driver = LinkProgress()
    sign_in, pending_id = installation.services.sign_in, link.pending.id
    result = side_by_side(lambda: sign_in.resume_in_browser(pending_id, driver))
    assert driver.invited.result(10).url == link.url
    assert follow_redirect(approve_oauth2(link)) == 200
    assert isinstance(result.result(10), CompletedSignIn)


def test_a_pasted_address_after_a_restart(installation: Installation, app: App) -> None:
    link = begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE))
    installation.restart()
    assert installation.services.sign_in.get_link(link.pending.id) == link
    assert isinstance(complete_oauth2(installation, link), CompletedSignIn)
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_a_renewed_link_refuses_the_old_response(installation: Installation, app: App) -> None:
    scopes = (*REQUIRED_SCOPES, "like.read")
    old = begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE, scopes))
    new = installation.services.sign_in.renew(old.pending.id, NullProgress())
    assert new.pending.id == old.pending.id
    assert "like.read" in new.url.reveal()
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_oauth2(installation, old)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE
    assert isinstance(complete_oauth2(installation, new), CompletedSignIn)


def test_a_response_finds_its_sign_in(installation: Installation, app: App) -> None:
    link = begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE))
    own = parse_oauth2_response(approve_oauth2(link))
    foreign = CodeResponse(Secret("c"), Secret("s"))
    check_fits = installation.services.sign_in.check_response
    installation.vault.fail_with = VaultLockedError()
    with pytest.raises(VaultLockedError):
        check_fits(link.pending.id, own)
    installation.vault.fail_with = None
    check_fits(link.pending.id, own)
    with pytest.raises(DiagnosedError) as refused:
        check_fits(link.pending.id, foreign)
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE


def test_responses_of_the_other_kind(installation: Installation, app: App) -> None:
    code = begin_oauth2(installation, make_oauth2_request(app))
    pin = begin_oauth2(installation, SignInRequest(app.id, SignInMethod.PIN))
    complete_with = installation.services.sign_in.complete
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_with(code.pending.id, VerifierResponse(Secret("1234567")), NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE
    with pytest.raises(DiagnosedError) as refused:
        _ = complete_with(pin.pending.id, CodeResponse(Secret("c"), Secret("s")), NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.WRONG_RESPONSE
    assert len(installation.services.store.pending_sign_ins.list_all()) == 2


def test_a_refusal_ends_the_pending_sign_in(installation: Installation, app: App) -> None:
    link = begin_oauth2(installation, make_oauth2_request(app))
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.sign_in.complete(
            link.pending.id, deny_oauth2(link), NullProgress()
        )
    assert refused.value.diagnosis.kind is ProblemKind.DENIED
    assert installation.services.store.pending_sign_ins.list_all() == []
    assert list_item_kinds(installation) == ["app"]


def test_a_code_that_comes_too_late(installation: Installation, app: App) -> None:
    link = begin_oauth2(installation, make_oauth2_request(app))
    installation.sandbox.change_settings(code_lifetime=0)
    answer = parse_oauth2_response(approve_oauth2(link))
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.sign_in.complete(link.pending.id, answer, NullProgress())
    assert refused.value.diagnosis.kind is ProblemKind.SIGN_IN_EXPIRED
    assert "30 seconds" in refused.value.diagnosis.advice


def test_an_app_without_a_client_id(installation: Installation, app: App) -> None:
    draft = installation.services.apps.read_draft(app.id)
    keys = AppKeys(draft.keys.api_key, draft.keys.api_secret)
    _ = installation.services.apps.update(app.id, replace(draft, keys=keys))
    with pytest.raises(DiagnosedError, match="no Client ID"):
        _ = begin_oauth2(installation, make_oauth2_request(app))
    assert installation.services.store.pending_sign_ins.list_all() == []


def test_granted_less_than_asked_is_reported(installation: Installation, app: App) -> None:
    installation.sandbox.enable_faults("scopes-reduced")
    outcome = complete_oauth2(
        installation,
        begin_oauth2(installation, make_oauth2_request(app, scopes=tuple(s.name for s in SCOPES))),
    )
    assert isinstance(outcome, CompletedSignIn)
    assert outcome.missing_scopes
    metadata = installation.services.store.tokens.get_metadata(outcome.account.id)
    assert metadata is not None
    assert not set(metadata.scopes) & set(outcome.missing_scopes)


def test_without_offline_access_nothing_renews_it(installation: Installation, app: App) -> None:
    account = sign_in_oauth2(installation, app, ("tweet.write",))
    tokens = installation.services.store.tokens.get(account.id)
    assert tokens.refresh_token is None
    assert {*REQUIRED_SCOPES, "tweet.write"} == set(tokens.scopes)
    assert OFFLINE_ACCESS not in tokens.scopes
    with pytest.raises(DiagnosedError) as refused:
        _ = installation.services.tokens.renew(account.id, CancelToken())
    assert refused.value.diagnosis.kind is ProblemKind.REFRESH_SPENT
    assert "offline.access" in refused.value.diagnosis.advice


def test_it_comes_beside_the_other_kind(installation: Installation, app: App) -> None:
    first = installation.sign_in(app)
    before = installation.services.store.accounts.read_credentials(first.id)
    outcome = complete_oauth2(
        installation, begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE))
    )
    assert isinstance(outcome, CompletedSignIn)
    assert (outcome.was_known, outcome.account.id) == (True, first.id)
    assert outcome.account.method is SignInMethod.PIN  # that of the other kind stays
    assert installation.services.store.accounts.read_credentials(first.id) == before
    assert list_item_kinds(installation) == ["account", "app", "tokens"]
    event = installation.services.store.events.latest(first.id)[0]
    assert event.kind is AccountEventKind.SIGNED_IN_AGAIN

"""Proves whole sign-ins with OAuth 2.0, with their renewals and ends, against the pretend X."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.sandbox_browser import answer_consent
from twauth_gui.domain.access import OFFLINE_ACCESS, REQUIRED_SCOPES, SCOPES
from twauth_gui.domain.apps import AppCheck, AppKeys, CheckOutcome
from twauth_gui.domain.callback_response import parse_oauth2_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Client, TokenSet, TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.app_check import check_app
from twauth_gui.xapi.bearer_token import (
    check_bearer_token,
    invalidate_bearer_token,
    obtain_bearer_token,
)
from twauth_gui.xapi.clock_check import measure_clock_skew
from twauth_gui.xapi.identity import verify_oauth2_token
from twauth_gui.xapi.oauth1 import obtain_request_token

HANDLE = "fernwick_news"
LASTING = (*REQUIRED_SCOPES, OFFLINE_ACCESS)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as server:
        yield server


class OAuth2SignIn:
    """The app's side of one sign-in with OAuth 2.0."""

    def __init__(self, sandbox: Sandbox, *, public: bool = False) -> None:
        app = sandbox.demo_app
        if public:
            sandbox.change_settings(app_type="native")
        self.hosts = Hosts.from_api_url(sandbox.url)
        self.keys = AppKeys(
            Secret(app.api_key),
            Secret(app.api_secret),
            client_id=Secret(app.client_id),
            client_secret=None if public else Secret(app.client_secret),
        )
        self.client = oauth2.read_oauth2_client(self.keys)
        self.callback = app.callbacks[0]

    def approve(self, scopes: tuple[str, ...] = LASTING) -> tuple[AuthorizationRequest, Secret]:
        authorization = oauth2.create_authorization_request(
            self.hosts, self.client, self.callback, scopes
        )
        back = answer_consent("allow", authorization.url, HANDLE).headers["Location"]
        return authorization, oauth2.check_code_response(authorization, parse_oauth2_response(back))

    def sign_in(self, scopes: tuple[str, ...] = LASTING) -> TokenSet:
        return self.exchange(*self.approve(scopes))

    def exchange(self, authorization: AuthorizationRequest, code: Secret) -> TokenSet:
        return oauth2.exchange_code(self.hosts, self.client, authorization, code, CancelToken())

    def renew(self, tokens: TokenSet) -> TokenSet:
        return oauth2.refresh_tokens(self.hosts, self.client, tokens, CancelToken())


@pytest.mark.parametrize("public", [True, False])
def test_sign_in_renew_and_end(sandbox: Sandbox, *, public: bool) -> None:
    flow = OAuth2SignIn(sandbox, public=public)
    first = flow.sign_in()
    assert not first.missing_scopes(LASTING)
    assert verify_oauth2_token(flow.hosts, first.access_token, CancelToken()).handle == HANDLE
    second = flow.renew(first)
    assert second.refresh_token
    assert second.refresh_token != first.refresh_token
    identity = verify_oauth2_token(flow.hosts, second.access_token, CancelToken())
    assert identity.rate is not None
    oauth2.revoke_token(
        flow.hosts, flow.client, second.access_token, TokenTypeHint.ACCESS, CancelToken()
    )
    with pytest.raises(DiagnosedError) as caught:
        verify_oauth2_token(flow.hosts, second.access_token, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED


def test_a_spent_refresh_token_is_recognised(sandbox: Sandbox) -> None:
    flow = OAuth2SignIn(sandbox)
    tokens = flow.sign_in()
    flow.renew(tokens)
    with pytest.raises(DiagnosedError) as caught:
        flow.renew(tokens)
    assert caught.value.diagnosis.kind is ProblemKind.REFRESH_SPENT


def test_without_offline_access_there_is_no_renewal(sandbox: Sandbox) -> None:
    tokens = OAuth2SignIn(sandbox).sign_in(("users.read", "tweet.read"))
    assert tokens.refresh_token is None


def test_reduced_scopes_are_reported(sandbox: Sandbox) -> None:
    flow = OAuth2SignIn(sandbox)
    sandbox.enable_faults("scopes-reduced")
    scopes = tuple(scope.name for scope in SCOPES)
    assert flow.sign_in(scopes).missing_scopes(scopes)
    sandbox.disable_faults()
    assert not flow.sign_in(scopes).missing_scopes(scopes)


def test_what_goes_wrong_at_the_exchange(sandbox: Sandbox) -> None:
    flow = OAuth2SignIn(sandbox)
    authorization, code = flow.approve()
    foreign = replace(authorization, code_verifier=Secret("x" * 43))
    wrong = OAuth2Client(flow.client.id, Secret("WrongSecret"))
    public = OAuth2Client(flow.client.id)

    def kind_with(client: OAuth2Client, request: AuthorizationRequest) -> ProblemKind:
        with pytest.raises(DiagnosedError) as caught:
            oauth2.exchange_code(flow.hosts, client, request, code, CancelToken())
        return caught.value.diagnosis.kind

    assert kind_with(wrong, authorization) is ProblemKind.WRONG_KEYS
    assert kind_with(public, authorization) is ProblemKind.WRONG_KEYS
    assert kind_with(flow.client, foreign) is ProblemKind.SIGN_IN_EXPIRED
    authorization, code = flow.approve()
    flow.exchange(authorization, code)
    assert kind_with(flow.client, authorization) is ProblemKind.SIGN_IN_EXPIRED


def test_a_refusal_on_the_page_is_a_denial(sandbox: Sandbox) -> None:
    flow = OAuth2SignIn(sandbox)
    authorization = oauth2.create_authorization_request(
        flow.hosts, flow.client, flow.callback, LASTING
    )
    back = answer_consent("refuse", authorization.url, HANDLE).headers["Location"]
    with pytest.raises(DiagnosedError) as caught:
        oauth2.check_code_response(authorization, parse_oauth2_response(back))
    assert caught.value.diagnosis.kind is ProblemKind.DENIED


def test_the_bearer_token_of_the_app(sandbox: Sandbox) -> None:
    flow = OAuth2SignIn(sandbox)
    bearer = obtain_bearer_token(flow.hosts, flow.keys, CancelToken())
    check_bearer_token(flow.hosts, bearer, CancelToken())
    sandbox.enable_faults("bearer-not-revocable")
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer_token(flow.hosts, flow.keys, bearer, CancelToken())
    assert "Regenerate" in caught.value.diagnosis.advice
    sandbox.disable_faults()
    invalidate_bearer_token(flow.hosts, flow.keys, bearer, CancelToken())
    with pytest.raises(DiagnosedError) as caught:
        check_bearer_token(flow.hosts, bearer, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED


@pytest.mark.parametrize("fault", ["clock-ahead", "clock-behind"])
def test_a_wrong_clock_is_overcome(sandbox: Sandbox, fault: str) -> None:
    flow = OAuth2SignIn(sandbox)
    sandbox.enable_faults(fault)
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(flow.hosts, flow.keys, "oob", CancelToken())
    skew = caught.value.diagnosis.clock_skew
    measured = measure_clock_skew(flow.hosts, CancelToken())
    assert skew is not None
    assert measured is not None
    assert abs(skew - measured) < 5
    settings = CallSettings().with_clock_skew(skew)
    token = obtain_request_token(flow.hosts, flow.keys, "oob", CancelToken(), settings=settings)
    assert token.callback == "oob"
    found = {
        one.check: one.outcome for one in check_app(flow.hosts, flow.keys, "oob", CancelToken())
    }
    assert found == dict.fromkeys(AppCheck, CheckOutcome.OK) | {AppCheck.CLOCK: CheckOutcome.FAIL}


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("app-type-native", AppCheck.APP),
        ("callback-not-approved", AppCheck.CALLBACK),
        ("callback-not-approved-json", AppCheck.CALLBACK),
        ("app-suspended", AppCheck.APP),
        ("captive-portal", AppCheck.NETWORK),
        ("html-503", AppCheck.NETWORK),
        ("redirect-301", AppCheck.NETWORK),
        ("reset-before-headers", AppCheck.NETWORK),
    ],
)
def test_an_app_check_finds_the_fault(sandbox: Sandbox, fault: str, check: AppCheck) -> None:
    flow = OAuth2SignIn(sandbox)
    found = check_app(flow.hosts, flow.keys, flow.callback, CancelToken())
    assert {one.outcome for one in found} == {CheckOutcome.OK}
    sandbox.enable_faults(fault)
    found = check_app(flow.hosts, flow.keys, flow.callback, CancelToken())
    assert [one.check for one in found if one.outcome is CheckOutcome.FAIL] == [check]

"""Proves whole sign-ins with OAuth 2.0, with their renewals and ends, against the pretend X."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.xapi.browser import open_and
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import parse_oauth2_response
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.findings import Check, CheckOutcome
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Client, TokenHint, TokenSet
from twauth_gui.domain.scopes import NEEDED, OFFLINE, SCOPES
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi import oauth2
from twauth_gui.xapi.app_only import check_bearer, invalidate_bearer, mint
from twauth_gui.xapi.identity import verify_oauth2
from twauth_gui.xapi.oauth1 import obtain_request_token
from twauth_gui.xapi.preflight import check_app
from twauth_gui.xapi.probe import measure_skew

HANDLE = "fernwick_news"
LASTING = (*NEEDED, OFFLINE)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as server:
        yield server


class Way:
    """The app's side of one sign-in with OAuth 2.0."""

    def __init__(self, sandbox: Sandbox, *, public: bool = False) -> None:
        app = sandbox.demo_app
        if public:
            sandbox.change(app_type="native")
        self.hosts = Hosts.at(sandbox.url)
        self.keys = AppKeys(
            Secret(app.api_key),
            Secret(app.api_secret),
            client_id=Secret(app.client_id),
            client_secret=None if public else Secret(app.client_secret),
        )
        self.client = oauth2.client_of(self.keys)
        self.callback = app.callbacks[0]

    def approve(self, scopes: tuple[str, ...] = LASTING) -> tuple[AuthorizationRequest, Secret]:
        begun = oauth2.begin(self.hosts, self.client, self.callback, scopes)
        back = open_and("allow", begun.url, HANDLE).headers["Location"]
        return begun, oauth2.check_code_answer(begun, parse_oauth2_response(back))

    def sign_in(self, scopes: tuple[str, ...] = LASTING) -> TokenSet:
        return self.trade(*self.approve(scopes))

    def trade(self, begun: AuthorizationRequest, code: Secret) -> TokenSet:
        return oauth2.exchange(self.hosts, self.client, begun, code, CancelToken())

    def renew(self, tokens: TokenSet) -> TokenSet:
        return oauth2.refresh(self.hosts, self.client, tokens, CancelToken())


@pytest.mark.parametrize("public", [True, False])
def test_sign_in_renew_and_end(sandbox: Sandbox, *, public: bool) -> None:
    way = Way(sandbox, public=public)
    first = way.sign_in()
    assert not first.missing(LASTING)
    assert verify_oauth2(way.hosts, first.access, CancelToken()).handle == HANDLE
    second = way.renew(first)
    assert second.refresh
    assert second.refresh != first.refresh
    identity = verify_oauth2(way.hosts, second.access, CancelToken())
    assert identity.rate is not None
    oauth2.revoke(way.hosts, way.client, second.access, TokenHint.ACCESS, CancelToken())
    with pytest.raises(DiagnosedError) as caught:
        verify_oauth2(way.hosts, second.access, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED


def test_a_spent_refresh_token_is_recognised(sandbox: Sandbox) -> None:
    way = Way(sandbox)
    tokens = way.sign_in()
    way.renew(tokens)
    with pytest.raises(DiagnosedError) as caught:
        way.renew(tokens)
    assert caught.value.diagnosis.kind is ProblemKind.REFRESH_SPENT


def test_without_offline_access_there_is_no_renewal(sandbox: Sandbox) -> None:
    tokens = Way(sandbox).sign_in(("users.read", "tweet.read"))
    assert tokens.refresh is None


def test_reduced_scopes_are_told(sandbox: Sandbox) -> None:
    way = Way(sandbox)
    sandbox.break_with("scopes-reduced")
    asked = tuple(scope.name for scope in SCOPES)
    assert way.sign_in(asked).missing(asked)
    sandbox.mend()
    assert not way.sign_in(asked).missing(asked)


def test_what_goes_wrong_at_the_exchange(sandbox: Sandbox) -> None:
    way = Way(sandbox)
    begun, code = way.approve()
    foreign = replace(begun, code_verifier=Secret("x" * 43))
    wrong = OAuth2Client(way.client.id, Secret("WrongSecret"))
    public = OAuth2Client(way.client.id)

    def kind_with(client: OAuth2Client, request: AuthorizationRequest) -> ProblemKind:
        with pytest.raises(DiagnosedError) as caught:
            oauth2.exchange(way.hosts, client, request, code, CancelToken())
        return caught.value.diagnosis.kind

    assert kind_with(wrong, begun) is ProblemKind.WRONG_KEYS
    assert kind_with(public, begun) is ProblemKind.WRONG_KEYS
    assert kind_with(way.client, foreign) is ProblemKind.ATTEMPT_EXPIRED
    begun, code = way.approve()
    way.trade(begun, code)
    assert kind_with(way.client, begun) is ProblemKind.ATTEMPT_EXPIRED


def test_a_refusal_on_the_page_is_a_denial(sandbox: Sandbox) -> None:
    way = Way(sandbox)
    begun = oauth2.begin(way.hosts, way.client, way.callback, LASTING)
    back = open_and("refuse", begun.url, HANDLE).headers["Location"]
    with pytest.raises(DiagnosedError) as caught:
        oauth2.check_code_answer(begun, parse_oauth2_response(back))
    assert caught.value.diagnosis.kind is ProblemKind.DENIED


def test_the_bearer_token_of_the_app(sandbox: Sandbox) -> None:
    way = Way(sandbox)
    bearer = mint(way.hosts, way.keys, CancelToken())
    check_bearer(way.hosts, bearer, CancelToken())
    sandbox.break_with("bearer-not-revocable")
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer(way.hosts, way.keys, bearer, CancelToken())
    assert "Regenerate" in caught.value.diagnosis.advice
    sandbox.mend()
    invalidate_bearer(way.hosts, way.keys, bearer, CancelToken())
    with pytest.raises(DiagnosedError) as caught:
        check_bearer(way.hosts, bearer, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED


@pytest.mark.parametrize("fault", ["clock-ahead", "clock-behind"])
def test_a_wrong_clock_is_overcome(sandbox: Sandbox, fault: str) -> None:
    way = Way(sandbox)
    sandbox.break_with(fault)
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(way.hosts, way.keys, "oob", CancelToken())
    told = caught.value.diagnosis.clock_skew
    measured = measure_skew(way.hosts, CancelToken())
    assert told is not None
    assert measured is not None
    assert abs(told - measured) < 5
    line = CallSettings().corrected(told)
    token = obtain_request_token(way.hosts, way.keys, "oob", CancelToken(), line=line)
    assert token.callback == "oob"
    found = {one.check: one.outcome for one in check_app(way.hosts, way.keys, "oob", CancelToken())}
    assert found == dict.fromkeys(Check, CheckOutcome.OK) | {Check.CLOCK: CheckOutcome.FAIL}


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("app-type-native", Check.APP),
        ("callback-not-approved", Check.CALLBACK),
        ("callback-not-approved-json", Check.CALLBACK),
        ("app-suspended", Check.APP),
        ("captive-portal", Check.NETWORK),
        ("html-503", Check.NETWORK),
        ("redirect-301", Check.NETWORK),
        ("reset-before-headers", Check.NETWORK),
    ],
)
def test_a_look_at_the_app_finds_the_fault(sandbox: Sandbox, fault: str, check: Check) -> None:
    way = Way(sandbox)
    found = check_app(way.hosts, way.keys, way.callback, CancelToken())
    assert {one.outcome for one in found} == {CheckOutcome.OK}
    sandbox.break_with(fault)
    found = check_app(way.hosts, way.keys, way.callback, CancelToken())
    assert [one.check for one in found if one.outcome is CheckOutcome.FAIL] == [check]

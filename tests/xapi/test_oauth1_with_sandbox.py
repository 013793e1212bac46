"""Proves whole sign-ins, from the first call to the revocation, against the pretend X."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from tests.support.sandbox_browser import answer_consent, read_pin
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import DeniedResponse, parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AccessGrant, RequestToken
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi.callback_listener import CallbackListener
from twauth_gui.xapi.identity import verify_credentials
from twauth_gui.xapi.oauth1 import (
    build_authorization_url,
    check_verifier_response,
    exchange_verifier,
    invalidate_access_token,
    obtain_request_token,
)

HANDLE = "fernwick_news"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as server:
        yield server


class SignIn:
    """The app's side of one sign-in at one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        app = sandbox.demo_app
        self.hosts = Hosts.from_api_url(sandbox.url)
        self.keys = AppKeys(Secret(app.api_key), Secret(app.api_secret))

    def begin(self, callback: str = "oob") -> RequestToken:
        return obtain_request_token(self.hosts, self.keys, callback, CancelToken())

    def page(self, request: RequestToken) -> str:
        return build_authorization_url(self.hosts, request, expected_handle=HANDLE)

    def finish(self, request: RequestToken, verifier: Secret) -> AccessGrant:
        return exchange_verifier(self.hosts, self.keys, request, verifier, CancelToken())

    def sign_in_with_pin(self) -> Credentials:
        request = self.begin()
        pin = read_pin(answer_consent("allow", self.page(request), HANDLE))
        grant = self.finish(request, check_verifier_response(request, parse_oauth1_response(pin)))
        assert grant.handle == HANDLE
        return Credentials(grant.access_token, grant.access_secret)


def kind_of(error: pytest.ExceptionInfo[DiagnosedError]) -> ProblemKind:
    return error.value.diagnosis.kind


def test_a_pin_signs_in_and_the_credentials_work_until_revoked(sandbox: Sandbox) -> None:
    sign_in = SignIn(sandbox)
    credentials = sign_in.sign_in_with_pin()
    identity = verify_credentials(sign_in.hosts, sign_in.keys, credentials, CancelToken())
    assert (identity.handle, identity.access) == (HANDLE, AccessLevel.READ_WRITE)
    invalidate_access_token(sign_in.hosts, sign_in.keys, credentials, CancelToken())
    for call in (verify_credentials, invalidate_access_token):
        with pytest.raises(DiagnosedError) as caught:
            call(sign_in.hosts, sign_in.keys, credentials, CancelToken())
        assert kind_of(caught) is ProblemKind.REVOKED


@pytest.mark.parametrize("answer", ["allow", "refuse"])
def test_the_browser_returns_by_itself(answer: str) -> None:
    with CallbackListener("http://127.0.0.1:0/callback") as listener, Sandbox(port=0) as sandbox:
        sandbox.change_settings(callbacks=(listener.callback_url,))
        sign_in = SignIn(sandbox)
        request = sign_in.begin(listener.callback_url)
        listener.expect_token(request.token)
        last = answer_consent(answer, sign_in.page(request), HANDLE)
        back = last.headers.get("Location") or _link_back(last, listener.callback_url)
        page = requests.get(back, timeout=10)
        found = listener.wait_for_verifier(CancelToken(), seconds=10)
        assert page.status_code == 200
        assert "You can close this tab" in page.text
        assert isinstance(found, DeniedResponse) == (answer == "refuse")
        if answer == "refuse":
            with pytest.raises(DiagnosedError) as caught:
                check_verifier_response(request, found)
            assert kind_of(caught) is ProblemKind.DENIED
        else:
            assert sign_in.finish(request, check_verifier_response(request, found)).handle == HANDLE


def _link_back(page: requests.Response, callback: str) -> str:
    found = re.search(rf'href="({re.escape(callback)}\?denied=[^"]+)"', page.text)
    assert found, page.text
    return found.group(1)


def test_a_wrong_pin_is_reported_and_the_right_one_still_works(sandbox: Sandbox) -> None:
    sign_in = SignIn(sandbox)
    request = sign_in.begin()
    pin = read_pin(answer_consent("allow", sign_in.page(request), HANDLE))
    with pytest.raises(DiagnosedError) as caught:
        sign_in.finish(request, Secret(pin[::-1] + "0"))
    assert kind_of(caught) is ProblemKind.WRONG_PIN
    assert sign_in.finish(request, Secret(f" {pin} ")).handle == HANDLE
    with pytest.raises(DiagnosedError) as caught:
        sign_in.finish(request, Secret(pin))
    assert kind_of(caught) is ProblemKind.SIGN_IN_EXPIRED


def refusal_of_begin(sandbox: Sandbox, callback: str = "oob") -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        SignIn(sandbox).begin(callback)
    return caught.value.diagnosis


@pytest.mark.parametrize(
    ("offset", "words"), [(-660, "11 minutes ahead"), (7300, "2 hours behind")]
)
def test_a_wrong_clock_is_measured(sandbox: Sandbox, offset: float, words: str) -> None:
    sandbox.change_settings(clock_offset=offset)
    found = refusal_of_begin(sandbox)
    assert found.kind is ProblemKind.CLOCK
    assert found.title == f"This computer's clock is {words}."


def test_what_is_wrong_with_the_app_is_reported(sandbox: Sandbox) -> None:
    unknown = "http://127.0.0.1:8739/other"
    found = refusal_of_begin(sandbox, unknown)
    assert found.kind is ProblemKind.CALLBACK_NOT_APPROVED
    assert unknown in found.advice
    sandbox.change_settings(app_type="native")
    assert (
        refusal_of_begin(sandbox, sandbox.demo_app.callbacks[0]).kind
        is ProblemKind.CALLBACK_NEEDS_PIN
    )
    sandbox.change_settings(app_type="web", confirmed=False)
    assert refusal_of_begin(sandbox).kind is ProblemKind.CALLBACK_NOT_APPROVED
    sandbox.change_settings(confirmed=True, suspended=True)
    assert refusal_of_begin(sandbox).kind is ProblemKind.APP_SUSPENDED


def test_wrong_keys_are_reported_without_repeating_them(sandbox: Sandbox) -> None:
    sign_in = SignIn(sandbox)
    wrong = AppKeys(
        sign_in.keys.api_key, Secret("WrongSecret0000000000000000000000000000000000000x")
    )
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(sign_in.hosts, wrong, "oob", CancelToken())
    assert kind_of(caught) is ProblemKind.WRONG_KEYS
    credentials = sign_in.sign_in_with_pin()
    with pytest.raises(DiagnosedError) as caught:
        verify_credentials(sign_in.hosts, wrong, credentials, CancelToken())
    assert kind_of(caught) is ProblemKind.WRONG_KEYS


def test_a_read_only_app_gives_a_token_that_says_so(sandbox: Sandbox) -> None:
    sandbox.change_settings(access_level="read")
    sign_in = SignIn(sandbox)
    identity = verify_credentials(
        sign_in.hosts, sign_in.keys, sign_in.sign_in_with_pin(), CancelToken()
    )
    assert identity.access is AccessLevel.READ

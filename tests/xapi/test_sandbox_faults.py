"""Proves that every fault of the pretend X, at every call, ends in time and in words."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.support.sandbox_browser import answer_consent, read_pin
from tests.xapi.test_oauth2_with_sandbox import HANDLE, OAuth2SignIn
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.callback_response import parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.domain.oauth2 import TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import RequestToken
from twauth_gui.sandbox.faults import FAULTS
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi import oauth1, oauth2
from twauth_gui.xapi.app_check import check_app
from twauth_gui.xapi.bearer_token import (
    check_bearer_token,
    invalidate_bearer_token,
    obtain_bearer_token,
)
from twauth_gui.xapi.identity import verify_credentials, verify_oauth2_token
from twauth_gui.xapi.oauth1 import invalidate_access_token

QUICK = CallSettings(NetworkSettings(connect_seconds=1, read_seconds=0.3, total_seconds=0.6))
Calls = dict[str, Callable[[], object]]


def prepare_calls(sandbox: Sandbox) -> Calls:
    """Get all that the calls need while nothing is wrong yet."""
    flow, cancel = OAuth2SignIn(sandbox), CancelToken()
    hosts, keys, client = flow.hosts, flow.keys, flow.client

    def approve_request() -> tuple[RequestToken, Secret]:
        request = oauth1.obtain_request_token(hosts, keys, "oob", cancel)
        page = answer_consent("allow", oauth1.build_authorization_url(hosts, request), HANDLE)
        return request, oauth1.check_verifier_response(
            request, parse_oauth1_response(read_pin(page))
        )

    grant = oauth1.exchange_verifier(hosts, keys, *approve_request(), cancel)
    user = Credentials(grant.access_token, grant.access_secret)
    request, verifier = approve_request()
    tokens, bearer = flow.sign_in(), obtain_bearer_token(hosts, keys, cancel)
    authorization, code = flow.approve()
    callback = flow.callback
    return {
        "check app": lambda: check_app(hosts, keys, callback, cancel, settings=QUICK),
        "request token": lambda: oauth1.obtain_request_token(
            hosts, keys, callback, cancel, settings=QUICK
        ),
        "verifier": lambda: oauth1.exchange_verifier(
            hosts, keys, request, verifier, cancel, settings=QUICK
        ),
        "verify": lambda: verify_credentials(hosts, keys, user, cancel, settings=QUICK),
        "code": lambda: oauth2.exchange_code(
            hosts, client, authorization, code, cancel, settings=QUICK
        ),
        "verify 2.0": lambda: verify_oauth2_token(
            hosts, tokens.access_token, cancel, settings=QUICK
        ),
        "refresh": lambda: oauth2.refresh_tokens(hosts, client, tokens, cancel, settings=QUICK),
        "mint": lambda: obtain_bearer_token(hosts, keys, cancel, settings=QUICK),
        "bearer": lambda: check_bearer_token(hosts, bearer, cancel, settings=QUICK),
        "end bearer": lambda: invalidate_bearer_token(hosts, keys, bearer, cancel, settings=QUICK),
        "end 2.0": lambda: oauth2.revoke_token(
            hosts, client, tokens.access_token, TokenTypeHint.ACCESS, cancel, settings=QUICK
        ),
        "end": lambda: invalidate_access_token(hosts, keys, user, cancel, settings=QUICK),
    }


@pytest.mark.slow
@pytest.mark.parametrize("fault", [fault.name for fault in FAULTS])
def test_every_fault_at_every_call(fault: str) -> None:
    with Sandbox(port=0) as sandbox:
        calls = prepare_calls(sandbox)
        sandbox.enable_faults(fault)
        for name, call in calls.items():
            start = time.monotonic()
            try:
                call()
            except DiagnosedError as error:
                found = error.diagnosis
                assert found.kind is not ProblemKind.UNKNOWN, (name, found)
                assert found.title.endswith(".")
                assert found.advice
            # Two calls at most, each with its deadline; the rest is a busy machine.
            assert time.monotonic() - start < 3, name

"""Proves that every fault of the pretend X, at every call, ends in time and in words."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.xapi.browser import open_and, pin_of
from tests.xapi.test_oauth2_with_sandbox import HANDLE, Way
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.answer import parse_oauth1_response
from twauth_gui.domain.attempts import RequestToken
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.network import CallSettings, NetworkSettings
from twauth_gui.domain.oauth2 import TokenHint
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.faults import FAULTS
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.xapi import oauth1, oauth2
from twauth_gui.xapi.app_only import check_bearer, invalidate_bearer, mint
from twauth_gui.xapi.identity import verify, verify_oauth2
from twauth_gui.xapi.preflight import check_app
from twauth_gui.xapi.revocation import invalidate

QUICK = CallSettings(NetworkSettings(connect_seconds=1, read_seconds=0.3, total_seconds=0.6))
Calls = dict[str, Callable[[], object]]


def prepared(sandbox: Sandbox) -> Calls:
    """Get all that the calls need while nothing is wrong yet."""
    way, cancel = Way(sandbox), CancelToken()
    hosts, keys, client = way.hosts, way.keys, way.client

    def approved() -> tuple[RequestToken, Secret]:
        request = oauth1.obtain_request_token(hosts, keys, "oob", cancel)
        page = open_and("allow", oauth1.authorization_url(hosts, request), HANDLE)
        return request, oauth1.check_answer(request, parse_oauth1_response(pin_of(page)))

    grant = oauth1.exchange_verifier(hosts, keys, *approved(), cancel)
    user = Credentials(grant.access_token, grant.access_secret)
    request, verifier = approved()
    tokens, bearer = way.sign_in(), mint(hosts, keys, cancel)
    begun, code = way.approve()
    callback = way.callback
    return {
        "check app": lambda: check_app(hosts, keys, callback, cancel, line=QUICK),
        "request token": lambda: oauth1.obtain_request_token(
            hosts, keys, callback, cancel, line=QUICK
        ),
        "verifier": lambda: oauth1.exchange_verifier(
            hosts, keys, request, verifier, cancel, line=QUICK
        ),
        "verify": lambda: verify(hosts, keys, user, cancel, line=QUICK),
        "code": lambda: oauth2.exchange(hosts, client, begun, code, cancel, line=QUICK),
        "verify 2.0": lambda: verify_oauth2(hosts, tokens.access, cancel, line=QUICK),
        "refresh": lambda: oauth2.refresh(hosts, client, tokens, cancel, line=QUICK),
        "mint": lambda: mint(hosts, keys, cancel, line=QUICK),
        "bearer": lambda: check_bearer(hosts, bearer, cancel, line=QUICK),
        "end bearer": lambda: invalidate_bearer(hosts, keys, bearer, cancel, line=QUICK),
        "end 2.0": lambda: oauth2.revoke(
            hosts, client, tokens.access, TokenHint.ACCESS, cancel, line=QUICK
        ),
        "end": lambda: invalidate(hosts, keys, user, cancel, line=QUICK),
    }


@pytest.mark.slow
@pytest.mark.parametrize("fault", [fault.name for fault in FAULTS])
def test_every_fault_at_every_call(fault: str) -> None:
    with Sandbox(port=0) as sandbox:
        calls = prepared(sandbox)
        sandbox.break_with(fault)
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

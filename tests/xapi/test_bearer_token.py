"""Proves that a bearer token is got, tried and ended without tweepy's way, which loses reasons."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import KEYS, read_diagnosis
from tests.xapi.error_bodies import blank_problem_json, errors_json, problem_json
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.bearer_token import (
    check_bearer_token,
    invalidate_bearer_token,
    obtain_bearer_token,
)

BEARER = Secret("AAAAAAAAAAAAAAAAAAAAAInvented0%2BToken00%3DInvented000tail")
NOT_A_USER = errors_json(220, "Your credentials do not allow access to this resource")
UNAUTHORIZED = blank_problem_json("Unauthorized", "Unauthorized", 401)
V1, V2 = "/1.1/account/verify_credentials.json", "/2/users/me"


def test_the_token_is_got_with_the_keys_and_kept_as_it_is(canned: CannedServer) -> None:
    canned.set_reply(200, f'{{"token_type":"bearer","access_token":"{BEARER.reveal()}"}}')
    assert obtain_bearer_token(canned.hosts, KEYS, CancelToken()) == BEARER
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", "/oauth2/token")
    assert request.body == b"grant_type=client_credentials"
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    assert request.headers["Content-Type"] == kind
    pair = f"{KEYS.api_key.reveal()}:{KEYS.api_secret.reveal()}".encode()
    assert request.headers["Authorization"] == f"Basic {base64.b64encode(pair).decode()}"


def test_keys_with_odd_characters_are_encoded_first(canned: CannedServer) -> None:
    canned.set_reply(403, errors_json(99, "Unable to verify your credentials"))
    with pytest.raises(DiagnosedError):
        obtain_bearer_token(canned.hosts, AppKeys(Secret("a:b"), Secret("c/d+e")), CancelToken())
    encoded = canned.requests[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"a%3Ab:c%2Fd%2Be"


def test_a_good_bearer_is_known_by_its_refusal(canned: CannedServer) -> None:
    limits = {
        "x-rate-limit-limit": "75",
        "x-rate-limit-remaining": "3",
        "x-rate-limit-reset": "1800000000",
    }
    canned.set_reply(403, NOT_A_USER, limits, path=V1)
    rate = check_bearer_token(canned.hosts, BEARER, CancelToken())
    assert rate is not None
    assert (rate.limit, rate.remaining) == (75, 3)
    assert canned.requests[0].headers["Authorization"] == f"Bearer {BEARER.reveal()}"
    for status, body in ((403, errors_json(453, "subset")), (503, ""), (401, UNAUTHORIZED)):
        canned.set_reply(status, body, path=V1)
        canned.set_reply(403, problem_json("unsupported-authentication", 403), path=V2)
        assert check_bearer_token(canned.hosts, BEARER, CancelToken()) is None


def refusal(canned: CannedServer, bearer: Secret = BEARER) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        check_bearer_token(canned.hosts, bearer, CancelToken())
    assert bearer.reveal().strip() not in read_diagnosis(caught.value.diagnosis) or not bearer
    return caught.value.diagnosis


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, errors_json(89, "Invalid or expired token."), ProblemKind.REVOKED),
        (401, errors_json(32, "Could not authenticate you."), ProblemKind.REVOKED),
        (401, UNAUTHORIZED, ProblemKind.REVOKED),
        (429, errors_json(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
        (403, errors_json(416, "Invalid / suspended application"), ProblemKind.APP_SUSPENDED),
        (503, "", ProblemKind.X_DOWN),
        (200, "<html><p>hotel</p></html>", ProblemKind.NOT_X),
    ],
)
def test_a_bad_bearer_is_distinguished_from_an_outage(
    canned: CannedServer, status: int, body: str, kind: ProblemKind
) -> None:
    canned.set_reply(status, body)
    found = refusal(canned)
    assert found.kind is kind
    if kind is ProblemKind.REVOKED:
        assert "bearer" in found.title


@pytest.mark.parametrize("text", ["", "  ", "two words", "schlüssel", "a\x00b"])
def test_what_is_no_bearer_is_not_sent(canned: CannedServer, text: str) -> None:
    with pytest.raises(DiagnosedError) as caught:
        check_bearer_token(canned.hosts, Secret(text), CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED
    assert not canned.requests


def test_revoking_a_bearer_sends_it_unchanged(canned: CannedServer) -> None:
    canned.set_reply(200, '{"access_token":"AAAA"}')
    decoded = Secret(BEARER.reveal().replace("%2B", "+").replace("%3D", "="))
    for bearer in (BEARER, decoded):
        invalidate_bearer_token(canned.hosts, KEYS, bearer, CancelToken())
    bodies = {request.body.decode() for request in canned.requests}
    assert bodies == {f"access_token={BEARER.reveal()}"}
    assert {request.target for request in canned.requests} == {"/oauth2/invalidate_token"}


@pytest.mark.parametrize("status", [401, 403])
def test_where_x_does_not_revoke_it_the_console_is_named(canned: CannedServer, status: int) -> None:
    canned.set_reply(
        status, errors_json(348, "Client application is not permitted to to invalidate this")
    )
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer_token(canned.hosts, KEYS, BEARER, CancelToken())
    assert caught.value.diagnosis.advice == ("Regenerate it under Keys and tokens in X's console.")
    canned.set_reply(200, "<html><p>hotel</p></html>")
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer_token(canned.hosts, KEYS, BEARER, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NOT_X


def test_a_cancel_is_kept_to(canned: CannedServer) -> None:
    calls: tuple[Callable[[CancelToken], object], ...] = (
        lambda cancel: obtain_bearer_token(canned.hosts, KEYS, cancel),
        lambda cancel: check_bearer_token(canned.hosts, BEARER, cancel),
    )
    for call in calls:
        cancel = CancelToken()
        canned.set_reply(403, NOT_A_USER, before=cancel.cancel)
        with pytest.raises(CancelledError):
            call(cancel)

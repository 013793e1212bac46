"""Proves that a bearer token is got, tried and ended without tweepy's way, which loses reasons."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tests.xapi.bodies import blank_problem, codes, problem
from tests.xapi.canned import Canned
from tests.xapi.samples import KEYS, all_text
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.app_only import check_bearer, invalidate_bearer, mint

BEARER = Secret("AAAAAAAAAAAAAAAAAAAAAInvented0%2BToken00%3DInvented000tail")
NOT_A_USER = codes(220, "Your credentials do not allow access to this resource")
UNAUTHORIZED = blank_problem("Unauthorized", "Unauthorized", 401)
V1, V2 = "/1.1/account/verify_credentials.json", "/2/users/me"


def test_the_token_is_got_with_the_keys_and_kept_as_it_is(canned: Canned) -> None:
    canned.says(200, f'{{"token_type":"bearer","access_token":"{BEARER.reveal()}"}}')
    assert mint(canned.hosts, KEYS, CancelToken()) == BEARER
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", "/oauth2/token")
    assert request.body == b"grant_type=client_credentials"
    kind = "application/x-www-form-urlencoded;charset=UTF-8"
    assert request.headers["Content-Type"] == kind
    pair = f"{KEYS.api_key.reveal()}:{KEYS.api_secret.reveal()}".encode()
    assert request.headers["Authorization"] == f"Basic {base64.b64encode(pair).decode()}"


def test_keys_with_odd_characters_are_encoded_first(canned: Canned) -> None:
    canned.says(403, codes(99, "Unable to verify your credentials"))
    with pytest.raises(DiagnosedError):
        mint(canned.hosts, AppKeys(Secret("a:b"), Secret("c/d+e")), CancelToken())
    encoded = canned.requests[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"a%3Ab:c%2Fd%2Be"


def test_a_good_bearer_is_known_by_its_refusal(canned: Canned) -> None:
    limits = {
        "x-rate-limit-limit": "75",
        "x-rate-limit-remaining": "3",
        "x-rate-limit-reset": "1800000000",
    }
    canned.says(403, NOT_A_USER, limits, path=V1)
    rate = check_bearer(canned.hosts, BEARER, CancelToken())
    assert rate is not None
    assert (rate.limit, rate.remaining) == (75, 3)
    assert canned.requests[0].headers["Authorization"] == f"Bearer {BEARER.reveal()}"
    for status, body in ((403, codes(453, "subset")), (503, ""), (401, UNAUTHORIZED)):
        canned.says(status, body, path=V1)
        canned.says(403, problem("unsupported-authentication", 403), path=V2)
        assert check_bearer(canned.hosts, BEARER, CancelToken()) is None


def refusal(canned: Canned, bearer: Secret = BEARER) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        check_bearer(canned.hosts, bearer, CancelToken())
    assert bearer.reveal().strip() not in all_text(caught.value.diagnosis) or not bearer
    return caught.value.diagnosis


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, codes(89, "Invalid or expired token."), ProblemKind.REVOKED),
        (401, codes(32, "Could not authenticate you."), ProblemKind.REVOKED),
        (401, UNAUTHORIZED, ProblemKind.REVOKED),
        (429, codes(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
        (403, codes(416, "Invalid / suspended application"), ProblemKind.APP_SUSPENDED),
        (503, "", ProblemKind.X_DOWN),
        (200, "<html><p>hotel</p></html>", ProblemKind.NOT_X),
    ],
)
def test_a_bad_bearer_is_told_from_bad_weather(
    canned: Canned, status: int, body: str, kind: ProblemKind
) -> None:
    canned.says(status, body)
    found = refusal(canned)
    assert found.kind is kind
    if kind is ProblemKind.REVOKED:
        assert "bearer" in found.title


@pytest.mark.parametrize("text", ["", "  ", "two words", "schlüssel", "a\x00b"])
def test_what_is_no_bearer_is_not_sent(canned: Canned, text: str) -> None:
    with pytest.raises(DiagnosedError) as caught:
        check_bearer(canned.hosts, Secret(text), CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.REVOKED
    assert not canned.requests


def test_ending_one_sends_it_as_it_is(canned: Canned) -> None:
    canned.says(200, '{"access_token":"AAAA"}')
    decoded = Secret(BEARER.reveal().replace("%2B", "+").replace("%3D", "="))
    for bearer in (BEARER, decoded):
        invalidate_bearer(canned.hosts, KEYS, bearer, CancelToken())
    bodies = {request.body.decode() for request in canned.requests}
    assert bodies == {f"access_token={BEARER.reveal()}"}
    assert {request.target for request in canned.requests} == {"/oauth2/invalidate_token"}


@pytest.mark.parametrize("status", [401, 403])
def test_where_x_will_not_end_it_the_console_will(canned: Canned, status: int) -> None:
    canned.says(status, codes(348, "Client application is not permitted to to invalidate this"))
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer(canned.hosts, KEYS, BEARER, CancelToken())
    assert caught.value.diagnosis.advice == ("Regenerate it under Keys and tokens in X's console.")
    canned.says(200, "<html><p>hotel</p></html>")
    with pytest.raises(DiagnosedError) as caught:
        invalidate_bearer(canned.hosts, KEYS, BEARER, CancelToken())
    assert caught.value.diagnosis.kind is ProblemKind.NOT_X


def test_a_cancel_is_kept_to(canned: Canned) -> None:
    calls: tuple[Callable[[CancelToken], object], ...] = (
        lambda cancel: mint(canned.hosts, KEYS, cancel),
        lambda cancel: check_bearer(canned.hosts, BEARER, cancel),
    )
    for call in calls:
        cancel = CancelToken()
        canned.says(403, NOT_A_USER, before=cancel.cancel)
        with pytest.raises(CancelledError):
            call(cancel)

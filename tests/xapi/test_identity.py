"""Proves what a check and a revocation send, and what their answers come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import CREDENTIALS, HTML_HEADERS, KEYS
from tests.xapi.error_bodies import blank_problem_json, errors_json, problem_json
from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.health import FailedCheck, Health, HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.endpoints import INVALIDATE_TOKEN, USERS_ME, VERIFY_CREDENTIALS
from twauth_gui.xapi.health import health_from_diagnosis, health_from_identity
from twauth_gui.xapi.identity import Identity, verify_credentials
from twauth_gui.xapi.oauth1 import invalidate_access_token

V1 = '{"id":17,"id_str":"17","screen_name":"fernwick_news","name":"Fernwick","status":null}'
V2 = '{"data":{"id":"17","username":"fernwick_news","name":"Fernwick"}}'
UNAUTHORIZED = blank_problem_json("Unauthorized", "Unauthorized", 401)
ENROLL = problem_json("client-forbidden", 403, reason="client-not-enrolled")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def check(canned: CannedServer) -> Identity:
    return verify_credentials(canned.hosts, KEYS, CREDENTIALS, CancelToken())


def refusal(canned: CannedServer) -> Diagnosis:
    with pytest.raises(DiagnosedError) as caught:
        check(canned)
    return caught.value.diagnosis


@pytest.mark.parametrize("level", [None, *AccessLevel])
def test_one_call_tells_who_and_what_level(canned: CannedServer, level: AccessLevel | None) -> None:
    headers = {"x-access-level": level.value} if level else {}
    canned.set_reply(200, V1, headers, path=VERIFY_CREDENTIALS)
    assert check(canned) == Identity("17", "fernwick_news", "Fernwick", level)
    (request,) = canned.requests
    assert request.oauth["oauth_token"] == CREDENTIALS.access_token.reveal()
    assert request.headers["User-Agent"].startswith("Twauth/")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, UNAUTHORIZED),
        (403, errors_json(453, "You currently have access to a subset")),
        (404, errors_json(34, "Sorry, that page does not exist")),
        (410, ""),
        (503, errors_json(130, "Over capacity")),
        (200, "<html><p>hello</p></html>"),
        (200, "{}"),
    ],
)
def test_the_second_call_answers_where_the_first_does_not(
    canned: CannedServer, status: int, body: str
) -> None:
    canned.set_reply(status, body, path=VERIFY_CREDENTIALS)
    canned.set_reply(200, V2, {"x-access-level": "read"}, path=USERS_ME)
    assert check(canned) == Identity("17", "fernwick_news", "Fernwick", AccessLevel.READ)
    assert [request.target.partition("?")[0] for request in canned.requests] == [
        VERIFY_CREDENTIALS,
        USERS_ME,
    ]


def test_a_specific_refusal_is_final(canned: CannedServer) -> None:
    for body, kind in (
        (errors_json(89, "Invalid or expired token."), ProblemKind.REVOKED),
        (errors_json(32, "Could not authenticate you."), ProblemKind.WRONG_KEYS),
        (errors_json(326, "locked"), ProblemKind.ACCOUNT_LOCKED),
        (errors_json(88, "Rate limit exceeded"), ProblemKind.RATE_LIMITED),
    ):
        canned.set_reply(401, body, path=VERIFY_CREDENTIALS)
        assert refusal(canned).kind is kind
    assert len(canned.requests) == 4


def test_of_two_refusals_the_specific_one_is_reported(canned: CannedServer) -> None:
    canned.set_reply(401, UNAUTHORIZED, path=VERIFY_CREDENTIALS)
    canned.set_reply(403, ENROLL, path=USERS_ME)
    assert refusal(canned).kind is ProblemKind.NOT_ENROLLED
    canned.set_reply(403, errors_json(453, "subset"), path=VERIFY_CREDENTIALS)
    assert refusal(canned).kind is ProblemKind.NOT_ENROLLED
    canned.set_reply(401, UNAUTHORIZED, path=USERS_ME)
    assert refusal(canned).kind is ProblemKind.UNKNOWN, "nothing says that the sign-in is fine"


def test_blanks_around_credentials_are_not_signed(canned: CannedServer) -> None:
    canned.set_reply(200, V1, path=VERIFY_CREDENTIALS)
    wide = Credentials(Secret(f" {CREDENTIALS.access_token.reveal()}\n"), Secret(" s "))
    verify_credentials(canned.hosts, KEYS, wide, CancelToken())
    assert canned.requests[0].oauth["oauth_token"] == CREDENTIALS.access_token.reveal()


def test_a_cancelled_check_tells_nothing(canned: CannedServer) -> None:
    for body in (V1, UNAUTHORIZED):
        cancel = CancelToken()
        canned.set_reply(200, body, before=cancel.cancel)
        with pytest.raises(CancelledError):
            verify_credentials(canned.hosts, KEYS, CREDENTIALS, cancel)
    assert len(canned.requests) == 2


def test_a_revocation_that_happened_is_never_hidden_by_a_cancel(canned: CannedServer) -> None:
    cancel = CancelToken()
    canned.set_reply(200, '{"access_token":"ACCESS_TOKEN"}', HTML_HEADERS, before=cancel.cancel)
    invalidate_access_token(canned.hosts, KEYS, CREDENTIALS, cancel)
    (request,) = canned.requests
    assert (request.method, request.target) == ("POST", INVALIDATE_TOKEN)
    assert request.oauth["oauth_token"] == CREDENTIALS.access_token.reveal()
    with pytest.raises(CancelledError):
        invalidate_access_token(canned.hosts, KEYS, CREDENTIALS, cancel)


@pytest.mark.parametrize("kind", ProblemKind)
def test_health_follows_the_diagnosis(kind: ProblemKind) -> None:
    expected = {
        ProblemKind.REVOKED: HealthState.REVOKED,
        ProblemKind.REFRESH_SPENT: HealthState.REVOKED,
        ProblemKind.READ_ONLY: HealthState.READ_ONLY,
        ProblemKind.ACCOUNT_SUSPENDED: HealthState.SUSPENDED,
        ProblemKind.ACCOUNT_LOCKED: HealthState.LOCKED_BY_X,
        ProblemKind.CREDENTIAL_MISSING: HealthState.CREDENTIAL_MISSING,
    }
    app = {
        ProblemKind.WRONG_KEYS,
        ProblemKind.APP_SUSPENDED,
        ProblemKind.APP_NOT_PERMITTED,
        ProblemKind.NOT_ENROLLED,
        ProblemKind.NO_CREDITS,
        ProblemKind.SPENDING_LIMIT,
        ProblemKind.FEATURE_NOT_PERMITTED,
        ProblemKind.NEEDS_V2,
        ProblemKind.WRONG_CREDENTIAL_KIND,
    }
    last = Health(HealthState.READ_ONLY, NOON - timedelta(days=2), "It may read only.")
    found = health_from_diagnosis(Diagnosis(kind, "What is so.", "Why."), last, NOON)
    if kind in expected or kind in app:
        state = expected.get(kind, HealthState.APP_PROBLEM)
        assert found == Health(state, NOON, "What is so.")
    else:
        assert found == replace(last, failed_check=FailedCheck(NOON, "What is so."))


def test_a_token_that_cannot_write_is_distinguished() -> None:
    states = {
        level: health_from_identity(Identity("17", "fernwick_news", "", level), NOON).state
        for level in (None, *AccessLevel)
    }
    assert states == {
        None: HealthState.WORKING,
        AccessLevel.READ: HealthState.READ_ONLY,
        AccessLevel.READ_WRITE: HealthState.WORKING,
        AccessLevel.READ_WRITE_DM: HealthState.WORKING,
    }

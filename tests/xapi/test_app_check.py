"""Proves that an app is looked at step by step, and that each obstacle is found and named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import CALLBACK, KEYS, TOKEN_BODY
from tests.xapi.error_bodies import (
    DESKTOP,
    NOT_APPROVED,
    OTHER_PAGE,
    blank_problem_json,
    errors_json,
    errors_xml,
)
from twauth_gui.domain.apps import AppCheck, AppCheckFinding, AppKeys, CheckOutcome
from twauth_gui.domain.cancel_token import CancelledError, CancelToken
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi.app_check import check_app

ME, BEARER, REQUEST = "/2/users/me", "/oauth2/token", "/oauth/request_token"
BEARER_BODY = '{"token_type":"bearer","access_token":"AAAA%2FInvented%3D"}'
NO_BEARER = errors_json(99, "Unable to verify your credentials")
NO_KEYS = errors_json(32, "Could not authenticate you.")
Said = tuple[int, str]
FINE: Said = (200, TOKEN_BODY)
NOT_APPROVED_SAID: Said = (403, errors_xml(415, NOT_APPROVED))


def x_says(
    canned: CannedServer, bearer: Said = (200, BEARER_BODY), request: Said = FINE, offset: float = 0
) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=offset), usegmt=True)
    date = {"Date": moment}
    canned.set_reply(401, blank_problem_json("Unauthorized", "Unauthorized", 401), date, path=ME)
    canned.set_reply(*bearer, date, path=BEARER)
    canned.set_reply(*request, date, path=REQUEST)


def look(
    canned: CannedServer, callback: str = CALLBACK, settings: CallSettings | None = None
) -> list[AppCheckFinding]:
    found = check_app(
        canned.hosts, KEYS, callback, CancelToken(), settings=settings or CallSettings()
    )
    assert all((one.outcome is CheckOutcome.OK) == (one.diagnosis is None) for one in found)
    assert all(one.title.endswith(".") for one in found)
    return list(found)


def short(found: list[AppCheckFinding]) -> dict[str, str]:
    return {one.check.value: one.outcome.value for one in found}


def diagnosis(found: list[AppCheckFinding], check: AppCheck) -> Diagnosis:
    (result,) = (one.diagnosis for one in found if one.check is check)
    assert result is not None
    return result


ALL_FINE = {"network": "ok", "clock": "ok", "keys": "ok", "app": "ok", "callback": "ok"}


def test_every_further_address_is_tried_and_named(canned: CannedServer) -> None:
    x_says(canned)
    spare = ("http://127.0.0.1:8741/callback", "https://bot.example/callback")
    found = check_app(canned.hosts, KEYS, CALLBACK, CancelToken(), spare=spare)
    callbacks = [one.callback for one in found if one.check is AppCheck.CALLBACK]
    assert callbacks == [CALLBACK, *spare]
    requested = [one.oauth["oauth_callback"] for one in canned.requests if one.target == REQUEST]
    assert requested == callbacks
    x_says(canned, request=NOT_APPROVED_SAID)
    found = check_app(canned.hosts, KEYS, CALLBACK, CancelToken(), spare=spare)
    assert [one.outcome for one in found[-3:]] == [
        CheckOutcome.FAIL,
        CheckOutcome.WARN,
        CheckOutcome.WARN,
    ]
    advice = [one.diagnosis.advice for one in found[-3:] if one.diagnosis is not None]
    assert [url in words for url, words in zip(callbacks, advice, strict=True)] == [True] * 3


@pytest.mark.parametrize("callback", [CALLBACK, "oob"])
def test_an_app_in_order(canned: CannedServer, callback: str) -> None:
    x_says(canned)
    found = look(canned, callback)
    assert short(found) == ALL_FINE
    assert ("PIN" in found[-1].title) == (callback == "oob")
    assert [request.target for request in canned.requests] == [ME, BEARER, REQUEST]
    assert canned.requests[2].oauth["oauth_callback"] == callback


@pytest.mark.parametrize(
    ("request_token", "expected", "check", "kind"),
    [
        (
            (403, errors_xml(415, NOT_APPROVED)),
            {"callback": "fail"},
            "callback",
            "callback-not-approved",
        ),
        ((401, errors_xml(417, DESKTOP)), {"app": "fail"}, "app", "callback-needs-pin"),
        ((401, errors_json(416, "Invalid / suspended")), {"app": "fail"}, "app", "app-suspended"),
        ((403, errors_json(87, "not permitted")), {"app": "fail"}, "app", "app-not-permitted"),
        ((429, errors_json(88, "Rate limit")), {"callback": "warn"}, "callback", "rate-limited"),
        ((200, OTHER_PAGE), {"network": "fail"}, "network", "not-x"),
    ],
)
def test_what_stands_in_the_way_of_a_sign_in(  # noqa: PLR0917 - one per column
    canned: CannedServer, request_token: Said, expected: dict[str, str], check: str, kind: str
) -> None:
    x_says(canned, request=request_token)
    found = look(canned)
    assert expected.items() <= short(found).items()
    assert diagnosis(found, AppCheck(check)).kind is ProblemKind(kind)
    if kind == "callback-not-approved":
        assert CALLBACK in diagnosis(found, AppCheck.CALLBACK).advice


def test_wrong_keys_are_reported_once(canned: CannedServer) -> None:
    x_says(canned, (403, NO_BEARER), (401, NO_KEYS))
    found = look(canned)
    assert short(found) == {"network": "ok", "clock": "ok", "keys": "fail"}
    result = diagnosis(found, AppCheck.KEYS)
    assert result.kind is ProblemKind.WRONG_KEYS
    assert "Client ID" in result.advice


def test_keys_that_sign_in_are_not_called_wrong_for_having_no_bearer(canned: CannedServer) -> None:
    x_says(canned, (403, NO_BEARER))
    found = look(canned)
    assert short(found) == ALL_FINE | {"keys": "warn"}
    x_says(canned, (403, NO_BEARER), (403, errors_xml(415, NOT_APPROVED)))
    assert short(look(canned))["keys"] == "warn"
    x_says(canned, (429, errors_json(88, "Rate limit exceeded")))
    assert diagnosis(look(canned), AppCheck.KEYS).kind is ProblemKind.RATE_LIMITED


def test_a_suspended_app_that_gets_no_bearer_is_called_suspended(canned: CannedServer) -> None:
    x_says(canned, (403, NO_BEARER), (401, errors_xml(416, "Invalid / suspended application")))
    found = look(canned)
    assert short(found) == {"network": "ok", "clock": "ok", "app": "fail"}
    assert diagnosis(found, AppCheck.APP).kind is ProblemKind.APP_SUSPENDED


@pytest.mark.parametrize(("key", "secret"), [("", "s"), ("k", ""), ("ké", "s"), ("k k", "s")])
def test_damaged_keys_are_never_sent(canned: CannedServer, key: str, secret: str) -> None:
    x_says(canned)
    keys = AppKeys(Secret(key), Secret(secret))
    found = check_app(canned.hosts, keys, CALLBACK, CancelToken())
    assert short(list(found)) == {"network": "ok", "clock": "ok", "keys": "fail"}
    assert [request.target for request in canned.requests] == [ME]


def test_a_clock_that_is_off_hides_nothing_behind_it(canned: CannedServer) -> None:
    x_says(canned, offset=-660)
    found = look(canned)
    assert short(found) == ALL_FINE | {"clock": "fail"}
    result = diagnosis(found, AppCheck.CLOCK)
    assert result.title == "This computer's clock is 11 minutes ahead."
    assert result.clock_skew == pytest.approx(660, abs=3)
    stamp = int(canned.requests[-1].oauth["oauth_timestamp"])
    assert stamp == pytest.approx(datetime.now(UTC).timestamp() - 660, abs=5)
    corrected = look(canned, settings=CallSettings().with_clock_skew(660))
    assert short(corrected) == ALL_FINE | {"clock": "warn"}
    x_says(canned, offset=120)
    assert short(look(canned)) == ALL_FINE | {"clock": "warn"}
    canned.set_reply(401, "{}", {"Date": "no"}, path=ME)
    assert short(look(canned)) == ALL_FINE | {"clock": "warn"}


def test_without_a_connection_to_x_nothing_else_is_tried(canned: CannedServer) -> None:
    nowhere = Hosts.from_api_url("http://127.0.0.1:1")
    (found,) = check_app(nowhere, KEYS, CALLBACK, CancelToken())
    assert (found.check, found.outcome) == (AppCheck.NETWORK, CheckOutcome.FAIL)
    assert found.diagnosis is not None
    assert found.diagnosis.kind is ProblemKind.SANDBOX_OFF
    canned.set_reply(503, "")
    assert short(look(canned)) == {"network": "fail"}
    x_says(canned, bearer=(200, OTHER_PAGE))
    assert short(look(canned)) == {"network": "fail", "clock": "ok"}


@pytest.mark.parametrize("path", [ME, BEARER, REQUEST])
def test_a_cancel_ends_it_at_any_step(canned: CannedServer, path: str) -> None:
    x_says(canned)
    cancel = CancelToken()
    reply = canned.replies[path]
    canned.set_reply(reply.status, reply.body, path=path, before=cancel.cancel)
    with pytest.raises(CancelledError):
        check_app(canned.hosts, KEYS, CALLBACK, cancel)
    assert canned.requests[-1].target == path


def test_every_check_has_words() -> None:
    assert len({check.label for check in AppCheck}) == len(AppCheck)

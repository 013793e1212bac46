"""Proves that every known answer, sent over real HTTP, gets its diagnosis in people's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.support.http_servers import CannedServer
from tests.support.sample_credentials import (
    AUTHORIZATION_CODE,
    AUTHORIZATION_REQUEST,
    CALLBACK,
    CONFIDENTIAL_CLIENT,
    CREDENTIALS,
    KEYS,
    OAUTH2_TOKENS,
    REQUEST_TOKEN,
    read_diagnosis,
)
from tests.xapi import error_bodies
from tests.xapi.bot_post import create_post
from tests.xapi.error_bodies import (
    POST_ERROR_CASES,
    ErrorCase,
    Step,
    errors_json,
    problem_json,
    unsupported_detail,
)
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS
from twauth_gui.domain.oauth2 import TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import endpoints, oauth2
from twauth_gui.xapi.bearer_token import obtain_bearer_token
from twauth_gui.xapi.bot_client import make_oauth1_client
from twauth_gui.xapi.errors.call_context import CallContext, collect_secrets
from twauth_gui.xapi.errors.diagnosis import diagnose_response
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import (
    api_errors,
    app_check_findings,
    certificate_errors,
    network_errors,
    oauth2_errors,
    plan_errors,
)
from twauth_gui.xapi.oauth1 import exchange_verifier, invalidate_access_token, obtain_request_token

CASES = (*error_bodies.ERROR_CASES, *POST_ERROR_CASES)


def diagnosis_of(canned: CannedServer, case: ErrorCase) -> Diagnosis:
    canned.set_reply(
        case.status, case.body, {"x-transaction-id": "0123456789abcdef"} | case.headers
    )
    with pytest.raises(DiagnosedError) as caught:
        say(canned, "access" if (case.status, case.step) == (200, "use") else case.step)
    return caught.value.diagnosis


def say(canned: CannedServer, step: Step) -> None:
    """Make the call of that step; a token is used in the one that has nothing to fall back to."""
    if step == "request":
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    elif step == "access":
        exchange_verifier(canned.hosts, KEYS, REQUEST_TOKEN, Secret("7654321"), CancelToken())
    elif step == "code":
        oauth2.exchange_code(
            canned.hosts,
            CONFIDENTIAL_CLIENT,
            AUTHORIZATION_REQUEST,
            AUTHORIZATION_CODE,
            CancelToken(),
        )
    elif step == "refresh":
        oauth2.refresh_tokens(canned.hosts, CONFIDENTIAL_CLIENT, OAUTH2_TOKENS, CancelToken())
    elif step == "revoke":
        oauth2.revoke_token(
            canned.hosts,
            CONFIDENTIAL_CLIENT,
            OAUTH2_TOKENS.access_token,
            TokenTypeHint.ACCESS,
            CancelToken(),
        )
    elif step == "post":
        call = CallContext(endpoints.POSTS, canned.hosts, collect_secrets(KEYS, CREDENTIALS))
        create_post(
            make_oauth1_client(canned.hosts, KEYS, CREDENTIALS, DEFAULT_CALL_SETTINGS), call
        )
    elif step == "bearer":
        obtain_bearer_token(canned.hosts, KEYS, CancelToken())
    else:
        invalidate_access_token(canned.hosts, KEYS, CREDENTIALS, CancelToken())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_response_has_its_diagnosis(canned: CannedServer, case: ErrorCase) -> None:
    found = diagnosis_of(canned, case)
    assert found.kind is case.kind
    assert found.evidence.status == case.status
    assert found.evidence.transaction_id == "0123456789abcdef"
    assert found.evidence.endpoint.startswith("/")
    assert "{" not in found.to_sentence()


def at_x(status: int, headers: dict[str, str], body: str, now: datetime | None = None) -> Diagnosis:
    call = CallContext("/oauth/request_token", Hosts(), callback=CALLBACK)
    return diagnose_response(status, headers, body.encode(), call, now=now)


@pytest.mark.parametrize(
    ("minutes", "zone", "title"),
    [
        (11, "GMT", "This computer's clock is 11 minutes ahead."),
        (-7, "UTC", "This computer's clock is 7 minutes behind."),
        (150, "GMT", "This computer's clock is 2 hours ahead."),
        (-3 * 1440, "GMT", "This computer's clock is 3 days behind."),
    ],
)
@pytest.mark.parametrize("code", [32, 135])
def test_the_clock_is_measured(minutes: int, zone: str, title: str, code: int) -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    date = format_datetime(now - timedelta(minutes=minutes), usegmt=True).replace("GMT", zone)
    found = at_x(401, {"date": date}, errors_json(code, "Could not authenticate you."), now)
    assert found.kind is ProblemKind.CLOCK
    assert found.title == title
    assert found.advice.startswith("X accepts a difference of up to 5 minutes.")


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Jan 2025 07:48:02 GMT"])
def test_without_a_date_the_code_decides(date: str) -> None:
    assert at_x(401, {"Date": date}, errors_json(32, "")).kind is ProblemKind.WRONG_KEYS
    assert at_x(401, {"Date": date}, errors_json(135, "")).kind is ProblemKind.CLOCK


def test_a_limit_says_until_when() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    soon = now + timedelta(minutes=10)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(soon.timestamp()))}
    found = at_x(429, headers, errors_json(88, "Rate limit exceeded"), now)
    assert found.title == f"X asks to wait until {soon.astimezone():%H:%M}."
    assert found.wait_until == soon
    later = now + timedelta(hours=30)
    day = {
        "x-rate-limit-remaining": "70",
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": str(int(later.timestamp())),
    }
    found = at_x(429, day, "", now)
    assert (found.kind, found.wait_until) == (ProblemKind.RATE_LIMITED, later)
    assert f"{later.astimezone():%B}" in found.title
    for odd in ("-1", "x", "9" * 12, "9" * 40, ""):
        found = at_x(429, {"x-rate-limit-reset": odd}, "", now)
        assert found.kind is ProblemKind.RATE_LIMITED
        assert found.wait_until is None or odd == "9" * 12


def a_day(headers: dict[str, str]) -> Diagnosis:
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return at_x(429, {"x-rate-limit-remaining": "70"} | headers, "", noon)


def test_a_limit_of_a_day_says_whose_it_is() -> None:
    first = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    later = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    app = {
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": str(int(later.timestamp())),
    }
    account = {
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": str(int(first.timestamp())),
    }
    found = a_day(app)
    clock = f"{later.astimezone().day} November {later.astimezone():%H:%M}"
    assert found.title == f"The app's calls for 24 hours at X are used up until {clock}."
    assert found.wait_until == later
    assert a_day(account).title.startswith(
        "The account's calls for 24 hours at X are used up until"
    )
    assert a_day(account).wait_until == first
    assert a_day(app | account) == found, "the one that ends last counts"
    for name, words in (("app", "The app's"), ("user", "The account's")):
        found = a_day({f"x-{name}-limit-24hour-remaining": "0"})
        assert found.title == f"{words} calls for 24 hours at X are used up."
        assert (found.wait_until, "15 minutes" in found.advice) == (None, False)


@pytest.mark.parametrize(
    ("reset", "words", "title"),
    [
        ("2026-06-13", "", "The app's spending limit at X is reached until 13 June 2026."),
        (
            "2026-06-13T00:00:00Z",
            "",
            "The app's spending limit at X is reached until 13 June 2026.",
        ),
        (
            "",
            "begins on 2026-06-13.",
            "The app's spending limit at X is reached until 13 June 2026.",
        ),
        ("2026-13-99", "", "The app's spending limit at X is reached."),
        ("soon", "", "The app's spending limit at X is reached."),
    ],
)
def test_a_spending_limit_says_until_which_day(reset: str, words: str, title: str) -> None:
    body = problem_json("credits", 403, title="SpendCapReached", detail=f"Spent. {words}")
    found = at_x(403, {}, body.replace('"title"', f'"reset_date":"{reset}","title"'))
    assert found.title == title
    dated = datetime(2026, 6, 13, tzinfo=UTC) if "2026." in title else None
    assert found.wait_until == dated
    assert "Add credits" not in found.advice


OF_A_USER = "an account's access token and secret (OAuth 1.0a)"
OF_OAUTH2 = "an account's OAuth 2.0 access token"
OF_THE_APP = "the app's bearer token"


@pytest.mark.parametrize(
    ("supported", "wanted", "remedy"),
    [
        (("OAuth 1.0a User Context",), OF_A_USER, Remedy.SIGN_IN_AGAIN),
        (("OAuth 2.0 User Context",), OF_OAUTH2, Remedy.SIGN_IN_OAUTH2),
        (("OAuth 2.0 Application-Only",), OF_THE_APP, Remedy.NONE),
        (
            ("OAuth 1.0a User Context", "OAuth 2.0 User Context"),
            f"{OF_A_USER} or {OF_OAUTH2}",
            Remedy.SIGN_IN_AGAIN,
        ),
        (
            ("OAuth 2.0 Application-Only", "OAuth 2.0 User Context"),
            f"{OF_OAUTH2} or {OF_THE_APP}",
            Remedy.SIGN_IN_OAUTH2,
        ),
        (("A key from the shop",), "a user's access token and secret", Remedy.SIGN_IN_AGAIN),
    ],
)
def test_what_the_call_takes_is_reported(
    supported: tuple[str, ...], wanted: str, remedy: Remedy
) -> None:
    found = at_x(
        403,
        {},
        problem_json("unsupported-authentication", 403, detail=unsupported_detail(*supported)),
    )
    assert found.kind is ProblemKind.WRONG_CREDENTIAL_KIND
    assert f" {wanted} here" in found.advice
    assert found.remedy is remedy
    assert "shop" not in found.to_sentence()


def test_a_refused_post_may_be_an_outage_or_the_end_of_the_free_tier() -> None:
    call = CallContext(endpoints.POSTS, Hosts())
    found = diagnose_response(503, {}, b"<html><body>Later</body></html>", call)
    assert found.title == "X does not accept posts at the moment."
    assert "reported" in " ".join(found.causes)
    assert diagnose_response(500, {}, b"", call).title == "X has a problem on its side."


def test_contested_rules_are_reported_as_contested() -> None:
    keys, pin = at_x(401, {}, errors_json(32, "")), at_x(401, {}, errors_json(417, ""))
    assert "Some users report that X then rejects the keys" in keys.causes[-1]
    assert "regenerate them" in pin.advice
    assert "Reports differ" in pin.causes[0]
    assert "one list for OAuth 1.0a and OAuth 2.0" in at_x(403, {}, errors_json(415, "")).causes[-1]


def test_the_callback_to_add_is_named_exactly(canned: CannedServer) -> None:
    canned.set_reply(403, errors_json(415, "Callback URL not approved"))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    found = caught.value.diagnosis
    assert found.advice == f"Add exactly this to the app: {CALLBACK}"
    assert found.remedy is Remedy.COPY_CALLBACK


def test_no_credential_comes_back_in_any_text(canned: CannedServer) -> None:
    sent = (
        KEYS.api_key,
        KEYS.api_secret,
        CREDENTIALS.access_token,
        CREDENTIALS.access_secret,
        AUTHORIZATION_CODE,
        AUTHORIZATION_REQUEST.state,
        AUTHORIZATION_REQUEST.code_verifier,
        OAUTH2_TOKENS.access_token,
        *(
            (OAUTH2_TOKENS.refresh_token, CONFIDENTIAL_CLIENT.secret)
            if OAUTH2_TOKENS.refresh_token and CONFIDENTIAL_CLIENT.secret
            else ()
        ),
    )
    echo = " ".join(secret.reveal() for secret in sent)
    for case in CASES:
        body = (
            case.body + echo
            if not case.body.startswith("{")
            else case.body[:-1] + f',"e":"{echo}"}}'
        )
        found = diagnosis_of(
            canned, ErrorCase(case.name, case.step, case.status, body, case.kind, case.headers)
        )
        assert len(found.evidence.excerpt) <= 300
        assert not [secret for secret in sent if secret.reveal() in read_diagnosis(found)]


ENTRIES = [
    entry
    for module in (
        api_errors,
        certificate_errors,
        oauth2_errors,
        plan_errors,
        network_errors,
        app_check_findings,
    )
    for entry in vars(module).values()
    if isinstance(entry, ErrorTemplate)
]
FILL = {
    "callback": CALLBACK,
    "skew": "11 minutes ahead",
    "until": "14:20",
    "wanted": "the app's bearer token",
    "port": "1",
    "ports": "1 and 2",
    "status": "418",
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_entry_speaks_as_the_program_does(entry: ErrorTemplate) -> None:
    found = entry.to_diagnosis(Evidence(), **FILL)
    text = read_diagnosis(found)
    assert not re.search(r"!|\bplease\b|\berror\b|Twitter|\s\s", text, re.IGNORECASE)
    assert not re.search(r"oauth(?! [12]\.0)", text, re.IGNORECASE)
    assert found.title.endswith(".")
    for sentence in (found.title, found.advice, *found.causes):
        assert sentence[0].isupper()
        assert sentence.endswith((".", CALLBACK))

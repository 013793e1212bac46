"""Proves that every known answer, sent over real HTTP, gets its diagnosis in people's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.xapi import bodies
from tests.xapi.bodies import Case, Step, codes, problem
from tests.xapi.canned import Canned
from tests.xapi.post_bodies import POSTS, unsupported
from tests.xapi.posting import post
from tests.xapi.samples import (
    BEGUN,
    CALLBACK,
    CODE,
    CONFIDENTIAL,
    CREDENTIALS,
    KEYS,
    REQUEST,
    TOKENS,
    all_text,
)
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind, Remedy
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT
from twauth_gui.domain.oauth2 import TokenHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import (
    catalogue,
    certificate_words,
    endpoints,
    oauth2,
    oauth2_words,
    obstacles,
    plan_words,
    preflight_words,
)
from twauth_gui.xapi.app_only import mint
from twauth_gui.xapi.bot_client import client_of_oauth1
from twauth_gui.xapi.call import Call, secrets_of
from twauth_gui.xapi.diagnosis import diagnose_response
from twauth_gui.xapi.entry import ErrorTemplate
from twauth_gui.xapi.oauth1 import exchange_verifier, obtain_request_token
from twauth_gui.xapi.revocation import invalidate

CASES = (*bodies.CASES, *POSTS)


def diagnosis_of(canned: Canned, case: Case) -> Diagnosis:
    canned.says(case.status, case.body, {"x-transaction-id": "0123456789abcdef"} | case.headers)
    with pytest.raises(DiagnosedError) as caught:
        say(canned, "access" if (case.status, case.step) == (200, "use") else case.step)
    return caught.value.diagnosis


def say(canned: Canned, step: Step) -> None:
    """Make the call of that step; a token is used in the one that has nothing to fall back to."""
    if step == "request":
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    elif step == "access":
        exchange_verifier(canned.hosts, KEYS, REQUEST, Secret("7654321"), CancelToken())
    elif step == "code":
        oauth2.exchange(canned.hosts, CONFIDENTIAL, BEGUN, CODE, CancelToken())
    elif step == "refresh":
        oauth2.refresh(canned.hosts, CONFIDENTIAL, TOKENS, CancelToken())
    elif step == "revoke":
        oauth2.revoke(canned.hosts, CONFIDENTIAL, TOKENS.access, TokenHint.ACCESS, CancelToken())
    elif step == "post":
        call = Call(endpoints.POSTS, canned.hosts, secrets_of(KEYS, CREDENTIALS))
        post(client_of_oauth1(canned.hosts, KEYS, CREDENTIALS, DIRECT), call)
    elif step == "bearer":
        mint(canned.hosts, KEYS, CancelToken())
    else:
        invalidate(canned.hosts, KEYS, CREDENTIALS, CancelToken())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_answer_has_its_diagnosis(canned: Canned, case: Case) -> None:
    found = diagnosis_of(canned, case)
    assert found.kind is case.kind
    assert found.evidence.status == case.status
    assert found.evidence.transaction_id == "0123456789abcdef"
    assert found.evidence.endpoint.startswith("/")
    assert "{" not in found.sentence()


def at_x(status: int, headers: dict[str, str], body: str, now: datetime | None = None) -> Diagnosis:
    call = Call("/oauth/request_token", Hosts(), callback=CALLBACK)
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
    told = format_datetime(now - timedelta(minutes=minutes), usegmt=True).replace("GMT", zone)
    found = at_x(401, {"date": told}, codes(code, "Could not authenticate you."), now)
    assert found.kind is ProblemKind.CLOCK
    assert found.title == title
    assert found.advice.startswith("X accepts a difference of up to 5 minutes.")


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Jan 2025 07:48:02 GMT"])
def test_without_a_date_the_code_decides(date: str) -> None:
    assert at_x(401, {"Date": date}, codes(32, "")).kind is ProblemKind.WRONG_KEYS
    assert at_x(401, {"Date": date}, codes(135, "")).kind is ProblemKind.CLOCK


def test_a_limit_says_until_when() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    soon = now + timedelta(minutes=10)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(soon.timestamp()))}
    found = at_x(429, headers, codes(88, "Rate limit exceeded"), now)
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
    assert found.title == f"The app's calls of 24 hours at X are used up until {clock}."
    assert found.wait_until == later
    assert a_day(account).title.startswith("The account's calls of 24 hours at X are used up until")
    assert a_day(account).wait_until == first
    assert a_day(app | account) == found, "the one that ends last counts"
    for name, words in (("app", "The app's"), ("user", "The account's")):
        found = a_day({f"x-{name}-limit-24hour-remaining": "0"})
        assert found.title == f"{words} calls of 24 hours at X are used up."
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
    body = problem("credits", 403, title="SpendCapReached", detail=f"Spent. {words}")
    found = at_x(403, {}, body.replace('"title"', f'"reset_date":"{reset}","title"'))
    assert found.title == title
    dated = datetime(2026, 6, 13, tzinfo=UTC) if "2026." in title else None
    assert found.wait_until == dated
    assert "Add credits" not in found.advice


OF_A_USER = "an account's access token and secret (OAuth 1.0a)"
OF_OAUTH2 = "an account's access token of OAuth 2.0"
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
def test_what_the_call_takes_is_said(
    supported: tuple[str, ...], wanted: str, remedy: Remedy
) -> None:
    found = at_x(
        403, {}, problem("unsupported-authentication", 403, detail=unsupported(*supported))
    )
    assert found.kind is ProblemKind.WRONG_CREDENTIAL_KIND
    assert f" {wanted} here" in found.advice
    assert found.remedy is remedy
    assert "shop" not in found.sentence()


def test_a_refused_post_may_be_an_outage_or_the_end_of_the_free_tier() -> None:
    call = Call(endpoints.POSTS, Hosts())
    found = diagnose_response(503, {}, b"<html><body>Later</body></html>", call)
    assert found.title == "X does not take posts at the moment."
    assert "reported" in " ".join(found.causes)
    assert diagnose_response(500, {}, b"", call).title == "X has a problem of its own."


def test_contested_rules_are_told_as_contested() -> None:
    keys, pin = at_x(401, {}, codes(32, "")), at_x(401, {}, codes(417, ""))
    assert "Some report that X then refuses the keys" in keys.causes[-1]
    assert "regenerate them" in pin.advice
    assert "Reports differ" in pin.causes[0]
    assert "one list for OAuth 1.0a and OAuth 2.0" in at_x(403, {}, codes(415, "")).causes[-1]


def test_the_callback_to_add_is_named_exactly(canned: Canned) -> None:
    canned.says(403, codes(415, "Callback URL not approved"))
    with pytest.raises(DiagnosedError) as caught:
        obtain_request_token(canned.hosts, KEYS, CALLBACK, CancelToken())
    found = caught.value.diagnosis
    assert found.advice == f"Add exactly this to the app: {CALLBACK}"
    assert found.remedy is Remedy.COPY_CALLBACK


def test_no_credential_comes_back_in_any_text(canned: Canned) -> None:
    sent = (
        KEYS.api_key,
        KEYS.api_secret,
        CREDENTIALS.access_token,
        CREDENTIALS.access_secret,
        CODE,
        BEGUN.state,
        BEGUN.code_verifier,
        TOKENS.access,
        *((TOKENS.refresh, CONFIDENTIAL.secret) if TOKENS.refresh and CONFIDENTIAL.secret else ()),
    )
    echo = " ".join(secret.reveal() for secret in sent)
    for case in CASES:
        body = (
            case.body + echo
            if not case.body.startswith("{")
            else case.body[:-1] + f',"e":"{echo}"}}'
        )
        found = diagnosis_of(
            canned, Case(case.name, case.step, case.status, body, case.kind, case.headers)
        )
        assert len(found.evidence.excerpt) <= 300
        assert not [secret for secret in sent if secret.reveal() in all_text(found)]


ENTRIES = [
    entry
    for module in (
        catalogue,
        certificate_words,
        oauth2_words,
        plan_words,
        obstacles,
        preflight_words,
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
    found = entry.diagnosis(Evidence(), **FILL)
    text = all_text(found)
    assert not re.search(r"!|\bplease\b|\berror\b|Twitter|\s\s", text, re.IGNORECASE)
    assert not re.search(r"oauth(?! [12]\.0)", text, re.IGNORECASE)
    assert found.title.endswith(".")
    for sentence in (found.title, found.advice, *found.causes):
        assert sentence[0].isupper()
        assert sentence.endswith((".", CALLBACK))

"""Proves that each fault shows exactly its own answer over HTTP, and that mending ends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest

from tests.sandbox.bot import fetch, get, sign_in
from tests.sandbox.fault_answers import (
    BAD_TOKEN,
    CAPPED,
    DESKTOP,
    FEATURE,
    LOCKED,
    LOCKED_V2,
    NO_CREDITS,
    NOT_APPROVED,
    NOT_ENROLLED,
    NOT_PERMITTED,
    SUSPENDED,
    UNAVAILABLE,
    UNSUPPORTED,
    V1_LIMIT,
    V2_LIMIT,
    WENT_WRONG,
    forbidden,
    numbered,
    xml,
)
from tests.sandbox.fault_ground import ME, VERIFY, Ground, asking
from tests.sandbox.oauth2_client import call, link, sign_in2
from tests.sandbox.person import Person
from twauth_gui.sandbox.delivery import OVERSIZE
from twauth_gui.sandbox.faults import FAULTS, GROUPS, UnknownFaultError
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.settings import SandboxSettings

Ask = Callable[[Ground], str]
SHOWN: list[tuple[str, Ask, str]] = [
    ("app-type-native", Ground.begin, xml(401, 417, DESKTOP)),
    ("callback-not-approved", Ground.begin, xml(403, 415, NOT_APPROVED)),
    ("callback-not-approved-json", Ground.begin, numbered(403, 415, NOT_APPROVED)),
    ("app-access-read", Ground.level_of_a_new_sign_in, "read"),
    (
        "app-access-direct-messages",
        Ground.level_of_a_new_sign_in,
        "read-write-directmessages",
    ),
    ("app-suspended", Ground.begin, xml(401, 416, "Invalid / suspended application")),
    ("app-suspended", Ground.verify, numbered(401, 32, "Could not authenticate you.")),
    ("app-not-enrolled", Ground.me, NOT_ENROLLED),
    ("app-not-enrolled", Ground.me_with_oauth2, NOT_ENROLLED),
    ("no-credits", Ground.me, NO_CREDITS),
    ("no-credits-to-post", Ground.post, NO_CREDITS),
    ("feature-not-permitted", Ground.me, forbidden(FEATURE)),
    ("feature-not-permitted", Ground.post_with_oauth2, forbidden(FEATURE)),
    ("posting-unavailable", Ground.post, UNAVAILABLE),
    ("keys-outdated", Ground.begin, numbered(401, 32, "Could not authenticate you.")),
    ("keys-outdated", Ground.verify, numbered(401, 32, "Could not authenticate you.")),
    ("callback-of-oauth2-only", Ground.begin, xml(403, 415, NOT_APPROVED)),
    ("user-authentication-off", Ground.begin, xml(403, 415, NOT_APPROVED)),
    ("user-authentication-off", Ground.consent_page, WENT_WRONG),
    ("client-id-unknown", Ground.consent_page, WENT_WRONG),
    ("scopes-not-allowed", Ground.consent_page, WENT_WRONG),
    ("callback-of-oauth2-only", Ground.consent_page, WENT_WRONG),
    ("account-suspended", Ground.verify, numbered(403, 64, SUSPENDED)),
    ("account-suspended", Ground.me, forbidden(SUSPENDED)),
    ("account-locked", Ground.verify, numbered(403, 326, LOCKED)),
    ("account-locked", Ground.me_with_oauth2, forbidden(LOCKED_V2)),
    ("rate-limited", Ground.verify, V1_LIMIT),
    ("rate-limited", Ground.me, V2_LIMIT),
    ("rate-limited", Ground.allowance, "0/75"),
    ("sign-in-rate-limited", Ground.begin, V1_LIMIT),
    ("sign-in-rate-limited", Ground.refresh, V2_LIMIT),
    ("usage-capped", Ground.me, CAPPED),
    ("usage-capped", Ground.allowance, "39999/40000"),
    ("app-day-limited", Ground.me, V2_LIMIT),
    ("app-day-limited", Ground.allowance_of_the_day, "x-app-limit-24hour 0/25, window 74/75"),
    ("account-day-limited", Ground.me_with_oauth2, V2_LIMIT),
    ("account-day-limited", Ground.allowance_of_the_day, "x-user-limit-24hour 0/25, window 74/75"),
    ("tokens-revoked", Ground.verify, numbered(401, 89, "Invalid or expired token.")),
    ("tokens-revoked", Ground.refresh, BAD_TOKEN),
    ("tokens-read-only", Ground.post_with_oauth2, NOT_PERMITTED),
    ("refresh-spent", Ground.refresh, BAD_TOKEN),
    ("scopes-reduced", Ground.scopes_of_a_new_sign_in, "tweet.read users.read"),
    ("scopes-reduced", Ground.post_with_oauth2, NOT_PERMITTED),
    (
        "wrong-pin-spends",
        Ground.second_try_after_a_wrong_pin,
        "401 text/html Invalid request token",
    ),
    (
        "bearer-not-revocable",
        Ground.invalidate_bearer,
        numbered(403, 348, "Client application is not permitted to to invalidate this token."),
    ),
    ("clock-ahead", Ground.minutes_ahead, "11 401"),
    ("clock-behind", Ground.minutes_ahead, "-11 401"),
    ("latency", Ground.is_slow, "slow"),
    ("redirect-301", Ground.where, "301 http://localhost/oauth/request_token"),
    ("redirect-307", Ground.where, "307 http://localhost/oauth/request_token"),
    ("slow-drip", Ground.pace, "drip"),
    ("truncated-body", Ground.ending, "49 of 99"),
    ("oversized-body", Ground.ending, f"{OVERSIZE} of {OVERSIZE}"),
    ("reset-after-headers", Ground.ending, "reset after some"),
    ("reset-before-headers", Ground.ending, "reset after nothing"),
    ("hang", Ground.silence, "nothing"),
]
# Those whose answer is matched in part.
PARTLY: list[tuple[str, Ask, tuple[str, ...]]] = [
    ("callback-unconfirmed", Ground.begin, ("200 text/html", "&oauth_callback_confirmed=false")),
    ("tokens-read-only", Ground.post, ("403 application/problem+json", "oauth1-permissions")),
    ("tokens-revoked", Ground.me_with_oauth2, ('"title": "Unauthorized"',)),
    ("v1-not-in-plan", Ground.verify, ("403 application/json", '"code":453')),
    (
        "spending-limit",
        Ground.me,
        ("403 application/problem+json", '"title":"SpendCapReached"', '"reset_date":"20'),
    ),
    (
        "wants-oauth2",
        Ground.post,
        (
            UNSUPPORTED.format("OAuth 1.0a User Context"),
            "are [OAuth 2.0 Application-Only, OAuth 2.0 User Context].",
        ),
    ),
    (
        "wants-oauth1",
        Ground.post_with_oauth2,
        (UNSUPPORTED.format("OAuth 2.0 User Context"), "are [OAuth 1.0a User Context]."),
    ),
    ("captive-portal", Ground.begin, ("200 text/html", "Harbour Hotel")),
    ("captive-portal", Ground.me, ("200 text/html", "Harbour Hotel")),
    ("html-503", Ground.verify, ("503 text/html", "503 Service Temporarily Unavailable")),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(0) as running:
        yield running


@pytest.fixture
def ground(shared: Sandbox) -> Iterator[Ground]:
    yield Ground(shared, sign_in(shared, "tidal_times"), sign_in2(shared))
    shared.mend()
    shared.change(allow_request_faults=False)


@pytest.mark.parametrize(("name", "ask", "answer"), SHOWN)
def test_a_fault_shows_its_answer(ground: Ground, name: str, ask: Ask, answer: str) -> None:
    ground.sandbox.break_with(name)
    assert ask(ground) == answer
    ground.sandbox.mend(name)
    assert ask(ground) != answer


@pytest.mark.parametrize(("name", "ask", "parts"), PARTLY)
def test_a_fault_shows(ground: Ground, name: str, ask: Ask, parts: tuple[str, ...]) -> None:
    ground.sandbox.break_with(name)
    shown = ask(ground)
    assert all(part in shown for part in parts)
    ground.sandbox.mend()
    shown = ask(ground)
    assert not any(part in shown for part in parts[-1:])


def test_every_fault_is_proven_and_well_named() -> None:
    names = [fault.name for fault in FAULTS]
    assert set(names) == {shown[0] for shown in (*SHOWN, *PARTLY)}
    assert len(names) == len(set(names))
    for fault in FAULTS:
        assert fault.name == fault.name.lower().replace("_", "-")
        assert fault.says.endswith(".")
        assert fault.group in GROUPS
        assert fault.changes


def test_oauth2_pages_refuse_what_the_app_may_not(sandbox: Sandbox) -> None:
    for name in ("callback-not-approved", "app-suspended"):
        sandbox.break_with(name)
        assert "Something went wrong" in fetch("GET", link(sandbox)).text
        sandbox.mend(name)
    assert "Log in" in fetch("GET", link(sandbox)).text


def test_no_plan_has_the_old_way_to_post(ground: Ground) -> None:
    url = f"{ground.sandbox.url}/1.1/statuses/update.json"
    answer = fetch("POST", url, data={"status": "Hi"}, auth=ground.keys.auth())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, 453)
    ground.sandbox.break_with("tokens-revoked")
    answer = fetch("POST", url, data={"status": "Hi"}, auth=ground.keys.auth())
    assert answer.json()["errors"][0]["code"] == 89, "who asks is looked at first"


def test_the_next_billing_cycle_begins_with_a_month() -> None:
    days = {"2026-01-31": "2026-02-01", "2026-12-01": "2027-01-01", "2028-02-29": "2028-03-01"}
    for day, begins in days.items():
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        with Sandbox(0, now=partial(float, noon)) as sandbox:
            sandbox.break_with("spending-limit")
            answer = call(sandbox, sign_in2(sandbox).access)
        assert answer.json()["reset_date"] == begins
        assert begins in answer.json()["detail"]


def test_a_refused_account_still_learns_its_level(ground: Ground) -> None:
    for name in ("account-locked", "rate-limited", "no-credits"):
        ground.sandbox.break_with(name)
        assert get(ground.sandbox, ME, ground.keys).headers["x-access-level"] == "read-write"
        ground.sandbox.mend(name)


def test_breaking_and_mending(sandbox: Sandbox) -> None:
    sandbox.break_with("latency", "app-suspended")
    sandbox.break_with("hang", "html-503")
    assert list(sandbox.active_faults) == ["app-suspended", "latency", "html-503", "hang"]
    sandbox.change(latency=5)
    assert sandbox.settings.latency == 1.5
    assert fetch("GET", f"{sandbox.url}/sandbox.json").status_code == 200
    sandbox.mend("latency", "clock-ahead")
    assert sandbox.settings.latency == 5
    for turn in (sandbox.break_with, sandbox.mend):
        with pytest.raises(UnknownFaultError):
            turn("app-suspended", "gremlins")
    assert list(sandbox.active_faults) == ["app-suspended", "html-503", "hang"]
    sandbox.mend()
    sandbox.change(latency=0)
    assert list(sandbox.active_faults) == []
    assert sandbox.settings == SandboxSettings()


def test_the_later_fault_of_the_list_wins(sandbox: Sandbox) -> None:
    sandbox.break_with("hang", "truncated-body", "clock-behind", "clock-ahead")
    assert (sandbox.settings.delivery, sandbox.settings.clock_offset) == ("never", -660)


def test_one_request_may_be_broken_alone(ground: Ground) -> None:
    named = {"X-Twauth-Fault": "clock-ahead, callback-not-approved"}
    assert ground.request_token(headers=named).status_code == 200  # not unless it is allowed
    ground.sandbox.change(allow_request_faults=True)
    assert ground.request_token(headers=named).json()["errors"][0]["code"] == 135
    assert ground.request_token(headers={"X-Twauth-Fault": "captive-portal"}).status_code == 200
    unknown = ground.request_token(headers={"X-Twauth-Fault": "<gremlins>"})
    assert (unknown.status_code, unknown.text) == (400, "there is no fault of that name")
    assert ground.request_token().status_code == 200
    assert list(ground.sandbox.active_faults) == []


@pytest.mark.parametrize("name", ["hang", "latency", "slow-drip", "oversized-body"])
def test_stopping_ends_what_is_under_way(sandbox: Sandbox, name: str) -> None:
    before = set(threading.enumerate())  # other servers may still be saying goodbye

    def answering() -> list[threading.Thread]:
        now = set(threading.enumerate()) - before
        return [thread for thread in now if thread.name == "sandbox-request"]

    if name == "latency":
        sandbox.change(latency=60)
    else:
        sandbox.break_with(name)
    with asking(sandbox) as peer, asking(sandbox) as other:
        while len(answering()) < 2:
            threading.Event().wait(0.01)
        if name == "slow-drip":
            assert peer.recv(10)
            assert other.recv(10)
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 1
        assert not answering()


def test_a_client_that_gives_up_leaves_nothing_behind(sandbox: Sandbox) -> None:
    for name in ("hang", "slow-drip", "oversized-body"):
        sandbox.break_with(name)
        with asking(sandbox):
            pass
        sandbox.mend()
    deadline = time.monotonic() + 5
    while [t for t in threading.enumerate() if t.name == "sandbox-request"]:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_the_menu_breaks_and_mends(ground: Ground) -> None:
    sandbox, person = ground.sandbox, Person()
    page = person.open(f"{sandbox.url}/")
    assert {fault.name for fault in FAULTS} <= page.field_ids <= page.labels
    assert person.browser.cookies.get_dict()
    page = person.press("Apply", **{"hang": "on", "account-locked": "on"})
    assert list(sandbox.active_faults) == ["account-locked", "hang"]
    assert "Broken now:X has locked the account for now.No answer ever comes." in page.text
    assert page.forms[0].fields["hang"] == "on"
    assert "latency" not in page.forms[0].fields
    live = person.open(f"{sandbox.url}/?live=1")
    assert "Broken now:" in live.text
    assert not live.forms  # what is ticked would not outlive the next reload
    person.open(f"{sandbox.url}/")
    assert "Broken now:" not in person.press("Mend all").text
    assert list(sandbox.active_faults) == []
    assert get(sandbox, VERIFY, ground.keys).status_code == 200


def test_only_a_form_of_the_menu_breaks_anything(sandbox: Sandbox) -> None:
    person, stranger = Person(), Person()
    person.open(f"{sandbox.url}/")
    stranger.page, stranger.last = person.page, person.last
    page = stranger.press("Apply", hang="on")
    assert (stranger.last.status_code, page.links["Open it again"]) == (403, "/")
    person.browser.headers["Origin"] = "https://elsewhere.example"
    assert person.press("Apply", hang="on").heading == "This page is out of date"
    assert fetch("POST", f"{sandbox.url}/faults", data={"hang": "on"}).status_code == 403
    assert list(sandbox.active_faults) == []
